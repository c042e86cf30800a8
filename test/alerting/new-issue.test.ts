import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { evaluateChanges, evaluateQuiet } from '../../src/alerting/evaluate.ts';
import type { Incident } from '../../src/alerting/incident.ts';
import { newIssueDefaults as rule, nextIncident } from '../../src/alerting/new-issue.ts';
import type { Issue, IssueChangeKind } from '../../src/issues/issue.ts';
import { issue } from '../support/builders.ts';

const now = Date.UTC(2026, 0, 2);
const later = now + 60_000;

function fired(subject: Issue = issue({})): Incident {
  return nextIncident(undefined, 'created', subject, now, rule)!;
}

suite('the rule NewIssue', () => {
  test('fires for a new issue of severity high', () => {
    const incident = fired();
    assert.equal(incident.state, 'firing');
    assert.equal(incident.startsAt, now);
    assert.deepEqual([incident.revision, incident.stateRevision], [1, 1]);
  });

  for (const [severity, fires] of [
    ['low', false],
    ['medium', false],
    ['high', true],
    ['critical', true],
  ] as const) {
    test(`${fires ? 'fires' : 'does not fire'} for a new issue of severity ${severity}`, () => {
      assert.equal(nextIncident(undefined, 'created', issue({ severity }), now, rule) !== undefined, fires);
    });
  }

  test('fires when a new issue grows severe', () => {
    const subject = issue({ severity: 'low' }, { severity: 'critical' });
    assert.equal(nextIncident(undefined, 'occurred', subject, now, rule)?.state, 'firing');
  });

  test('does not fire for an issue that is not new', () => {
    const subject: Issue = { ...issue({}), state: 'regressed' };
    assert.equal(nextIncident(undefined, 'occurred', subject, now, rule), undefined);
  });

  const whileFiring: [IssueChangeKind | 'quiet', Partial<Incident> | undefined][] = [
    ['occurred', { state: 'firing', revision: 2, stateRevision: 1, lastHeardAt: later, endsAt: undefined }],
    ['resolved', { state: 'ended', revision: 2, stateRevision: 2, endsAt: later, endReason: 'resolved' }],
    ['quiet', { state: 'ended', revision: 2, stateRevision: 2, endsAt: later, endReason: 'quiet' }],
  ];
  for (const [input, expected] of whileFiring) {
    test(`while it fires, an issue that has ${input} leads to ${expected?.state}`, () => {
      const next = nextIncident(fired(), input, issue({}), later, rule);
      assert.partialDeepStrictEqual(next, expected);
      assert.equal(next?.startsAt, now);
      assert.equal(next?.key, fired().key);
    });
  }

  for (const input of ['created', 'occurred', 'regressed', 'resolved', 'quiet'] as const) {
    test(`never repeats: once it has ended, an issue that has ${input} changes nothing`, () => {
      const ended = nextIncident(fired(), 'resolved', issue({}), later, rule);
      assert.equal(nextIncident(ended, input, issue({}), later + 1, rule), undefined);
    });
  }

  test('is one incident for one issue, in whatever pod it fails, and another for another', () => {
    assert.equal(fired(issue({ spanId: 'a' })).key, fired(issue({ spanId: 'b' })).key);
    const others = [{ fingerprint: '1:other' }, { service: 'other' }, { environment: 'staging' }];
    const keys = others.map((given) => fired(issue(given)).key);
    assert.equal(new Set([fired().key, ...keys]).size, 4);
  });
});

suite('evaluateChanges', () => {
  const change = (seq: number, kind: IssueChangeKind, subject: Issue) => ({
    change: { seq, kind, issueId: subject.id, at: now },
    issue: subject,
    incident: undefined,
  });

  test('makes one incident of all changes of an issue', () => {
    const subject = issue({}, {});
    const incidents = evaluateChanges(
      [change(1, 'created', subject), change(2, 'occurred', subject)],
      now,
      rule,
    );
    assert.deepEqual(
      incidents.map(({ revision, state }) => [revision, state]),
      [[2, 'firing']],
    );
  });

  test('tells of an issue that was resolved before anyone was told that it had begun', () => {
    const subject = issue({});
    const incidents = evaluateChanges(
      [change(1, 'created', subject), change(2, 'resolved', subject)],
      now,
      rule,
    );
    assert.equal(incidents[0]?.state, 'ended');
  });

  test('ends what has been quiet', () => {
    assert.deepEqual(
      evaluateQuiet([fired()], later, rule).map(({ endReason }) => endReason),
      ['quiet'],
    );
  });
});
