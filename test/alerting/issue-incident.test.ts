import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Severity } from '../../src/errors/error-event.ts';
import { evaluateDeployments } from '../../src/alerting/deployment.ts';
import { evaluateChanges, evaluateQuiet } from '../../src/alerting/evaluate.ts';
import type { IssueIncident } from '../../src/alerting/incident.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { type IssueRules, issueRuleDefaults as rule } from '../../src/alerting/issue-rules.ts';
import type { Issue, IssueChangeKind } from '../../src/issues/issue.ts';
import { issue } from '../support/builders.ts';

const now = Date.UTC(2026, 0, 2);
const later = now + 60_000;

function fired(subject: Issue = issue({})): IssueIncident {
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

  test('fires for an issue of which nobody was told yet, whatever came of it meanwhile', () => {
    for (const state of ['ongoing', 'escalating', 'regressed'] as const)
      assert.equal(
        nextIncident(undefined, 'occurred', { ...issue({}), state }, now, rule)?.alertname,
        'NewIssue',
        state,
      );
  });

  const whileFiring: [IssueChangeKind | 'quiet', Partial<IssueIncident> | undefined][] = [
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

suite('the rules about issues', () => {
  const regressed: Issue = {
    ...issue({ severity: 'medium' }),
    state: 'regressed',
    resolvedAt: now - 1,
    resolvedBy: 'alice',
  };
  const escalating: Issue = { ...issue({ severity: 'medium' }), state: 'escalating' };
  const swallowed: Issue = { ...issue({ severity: 'medium' }), swallowed: true };
  const cases: [what: string, input: IssueChangeKind, subject: Issue, alertname: string | undefined][] = [
    ['an issue is back', 'regressed', regressed, 'IssueRegressed'],
    [
      'an issue is back, and was resolved again since',
      'regressed',
      { ...regressed, state: 'resolved' },
      undefined,
    ],
    [
      'an issue is back of which nobody would be told',
      'regressed',
      { ...regressed, severity: 'low' },
      undefined,
    ],
    ['an expected issue is back', 'regressed', { ...regressed, expected: true }, undefined],
    ['an issue escalates', 'escalated', escalating, 'IssueEscalating'],
    ['an expected issue escalates', 'escalated', { ...escalating, expected: true }, undefined],
    ['an ignored issue is back', 'returned', { ...escalating, state: 'ongoing' }, 'IssueEscalating'],
    ['a failure is swallowed', 'created', swallowed, 'SwallowedFailure'],
    [
      'a failure turns out to be swallowed',
      'amended',
      { ...swallowed, state: 'ongoing' },
      'SwallowedFailure',
    ],
    ['a small failure is swallowed', 'amended', { ...swallowed, severity: 'low' }, undefined],
    ['an ignored failure is swallowed', 'occurred', { ...swallowed, state: 'ignored' }, undefined],
    ['an issue is reopened by somebody', 'reopened', { ...regressed, state: 'ongoing' }, undefined],
  ];
  for (const [what, input, subject, alertname] of cases) {
    test(`${alertname ?? 'nothing'} when ${what}`, () => {
      assert.equal(nextIncident(undefined, input, subject, now, rule)?.alertname, alertname);
    });
  }

  test('all are alerts of one incident, each of which is news at once', () => {
    const first = fired();
    const second = nextIncident(first, 'amended', { ...issue({}), swallowed: true }, later, rule);
    assert.partialDeepStrictEqual(second, {
      key: first.key,
      state: 'firing',
      alertname: 'SwallowedFailure',
      startsAt: now,
      revision: 2,
      stateRevision: 2,
      alerts: [
        { alertname: 'NewIssue', startsAt: now, endsAt: undefined, revision: 1 },
        { alertname: 'SwallowedFailure', startsAt: later, endsAt: undefined, revision: 2 },
      ],
    });
  });

  test('one that is swallowed from the first is told as both, and not again', () => {
    const subject = { ...issue({}), swallowed: true };
    const first = nextIncident(undefined, 'created', subject, now, rule)!;
    assert.deepEqual(
      first.alerts.map(({ alertname }) => alertname),
      ['NewIssue', 'SwallowedFailure'],
    );
    assert.equal(nextIncident(first, 'occurred', subject, later, rule)?.stateRevision, 1);
  });

  test('an incident whose issue is reopened goes on where it was, unless it had become quiet', () => {
    const reopened: Issue = { ...issue({}), state: 'ongoing', resolvedAt: later };
    const ended = nextIncident(fired(), 'resolved', issue({}), later, rule)!;
    const again = nextIncident(ended, 'reopened', reopened, later + 1, rule)!;
    assert.partialDeepStrictEqual(again, {
      state: 'firing',
      startsAt: now,
      endsAt: undefined,
      endReason: undefined,
      revision: 3,
      alerts: [{ alertname: 'NewIssue', startsAt: now, endsAt: undefined, revision: 1 }],
    });
    assert.equal(nextIncident(again, 'occurred', reopened, later + 2, rule)?.stateRevision, 3, 'no news');
    const quiet = nextIncident(fired(), 'quiet', issue({}), later, rule);
    assert.equal(nextIncident(quiet, 'reopened', reopened, later + 1, rule), undefined);
  });

  test('that a failure has become worse is news to whoever was told of it a while ago', () => {
    const worse = (after: number, from: Severity = 'high'): IssueIncident =>
      nextIncident(
        fired(issue({ severity: from })),
        'occurred',
        issue({ severity: 'critical' }),
        now + after,
        rule,
      )!;
    const soon = worse(29_999);
    assert.deepEqual([soon.severity, soon.worsened, soon.stateRevision], ['critical', undefined, 1]);
    const told = worse(30_000);
    assert.deepEqual([told.worsened, told.stateRevision], [{ from: 'high', revision: 2 }, 2]);
    assert.equal(worse(later - now, 'critical').worsened, undefined);
    assert.deepEqual(worse(-3_600_000).worsened, told.worsened, 'the clock was set back');
    const goesOn = nextIncident(told, 'occurred', issue({ severity: 'critical' }), later + 1, rule)!;
    assert.deepEqual([goesOn.worsened, goesOn.stateRevision], [told.worsened, 2]);
  });

  test('what was deployed while it went on is known as long as it does', () => {
    const [deployed] = evaluateDeployments(
      [{ incident: fired(), version: '1.4.3', at: later }],
      () => undefined,
    );
    assert.deepEqual(deployed, {
      ...fired(),
      revision: 2,
      deployment: { version: '1.4.3', at: later, revision: 2 },
    });
    const told = nextIncident(deployed, 'amended', { ...issue({}), swallowed: true }, later + 1, rule)!;
    assert.deepEqual(told.deployment, deployed?.deployment);
    const goesOn = nextIncident(told, 'occurred', { ...issue({}), lastVersion: '1.4.3' }, later + 1, rule)!;
    assert.deepEqual(goesOn.deployment, { ...deployed?.deployment, outlastedRevision: 4 });
    const ended = nextIncident(goesOn, 'resolved', issue({}), later + 2, rule)!;
    assert.deepEqual(ended.deployment, goesOn.deployment);
    const again = nextIncident(ended, 'regressed', { ...regressed, resolvedAt: later }, later + 5, rule);
    assert.equal(again?.deployment, undefined);
  });

  test('one that is back and rises at once is told as back', () => {
    const ended = nextIncident(fired(), 'resolved', issue({}), later, rule)!;
    const risen: Issue = { ...regressed, state: 'escalating', resolvedAt: later };
    assert.deepEqual(
      nextIncident(ended, 'regressed', risen, later + 1, rule)
        ?.alerts.slice(1)
        .map(({ alertname }) => alertname),
      ['IssueRegressed', 'IssueEscalating'],
    );
  });

  test('that a failure is swallowed is told once', () => {
    const subject = { ...issue({}), swallowed: true };
    const told = nextIncident(fired(), 'amended', subject, later, rule)!;
    const again = nextIncident(told, 'occurred', subject, later, rule);
    assert.deepEqual([again?.revision, again?.stateRevision], [3, 2]);
    const ended = nextIncident(told, 'quiet', subject, later, rule);
    assert.equal(nextIncident(ended, 'occurred', subject, later, rule), undefined);
  });

  test('an incident that has ended begins anew when its issue is back, and keeps what there was', () => {
    const ended = nextIncident(fired(), 'resolved', issue({}), later, rule)!;
    const again = nextIncident(ended, 'regressed', { ...regressed, resolvedAt: later }, later + 5, rule);
    assert.partialDeepStrictEqual(again, {
      key: ended.key,
      state: 'firing',
      startsAt: later + 5,
      endsAt: undefined,
      endReason: undefined,
      revision: 3,
      stateRevision: 3,
      alerts: [
        { alertname: 'NewIssue', startsAt: now, endsAt: later, revision: 1 },
        { alertname: 'IssueRegressed', startsAt: later + 5, endsAt: undefined, revision: 3 },
      ],
    });
  });

  test('one that escalates again while it is told of is the same alert, and news', () => {
    const once = nextIncident(undefined, 'escalated', escalating, now, rule)!;
    const twice = nextIncident(once, 'escalated', escalating, later, rule);
    assert.deepEqual(twice?.alerts, [
      { alertname: 'IssueEscalating', startsAt: now, endsAt: undefined, revision: 2 },
    ]);
  });

  test('a rule that is switched off says nothing, and one that has another severity says it from there on', () => {
    const { NewIssue: _, ...others } = rule.rules;
    const off: IssueRules = { ...rule, rules: others };
    assert.equal(nextIncident(undefined, 'created', issue({}), now, off), undefined);
    assert.equal(nextIncident(undefined, 'regressed', regressed, now, off)?.alertname, 'IssueRegressed');
    const all: IssueRules = { ...rule, rules: { NewIssue: { severity: 'low' } } };
    assert.equal(
      nextIncident(undefined, 'created', issue({ severity: 'low' }), now, all)?.alertname,
      'NewIssue',
    );
    assert.equal(nextIncident(fired(), 'regressed', regressed, now, all)?.stateRevision, 1, 'no news');
  });

  test('however often an issue comes and goes, no more is kept of it than its last alerts', () => {
    let incident = fired();
    for (let round = 1; round <= 50; round++) {
      incident = nextIncident(incident, 'resolved', issue({}), now + 2 * round, rule)!;
      const back = { ...regressed, resolvedAt: now + 2 * round };
      incident = nextIncident(incident, 'regressed', back, now + 2 * round + 1, rule)!;
    }
    assert.equal(incident.alerts.length, 20);
    assert.equal(incident.alerts.at(-1)?.endsAt, undefined);
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
