import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { evaluateChanges, evaluateQuiet } from '../../src/alerting/evaluate.ts';
import type { Incident, IssueIncident } from '../../src/alerting/incident.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults as rules } from '../../src/alerting/issue-rules.ts';
import { type DeliveryChange, deliveryEntries, TimelineNotes } from '../../src/alerting/timeline.ts';
import type { Issue, IssueChangeKind } from '../../src/issues/issue.ts';
import { applyAction, applyEvent } from '../../src/issues/lifecycle.ts';
import { errorEvent, issue } from '../support/builders.ts';

const at = 5;

/** What is noted of changes that are looked at together. */
function noted(of: Issue, kinds: readonly IssueChangeKind[], stored?: IssueIncident) {
  const notes = new TimelineNotes(at, rules);
  const changes = kinds.map((kind, seq) => ({
    change: { seq, kind, issueId: of.id, at: 0 },
    issue: of,
    incident: stored,
  }));
  const [incident] = evaluateChanges(changes, at, rules, notes.note);
  return { incident, entries: incident === undefined ? [] : (notes.entries[incident.key] ?? []) };
}

suite('what is noted of an incident', () => {
  const failed = issue({ severity: 'critical' });
  const told = nextIncident(undefined, 'created', failed, 0, rules)!;

  test('says which rule raised it, with what it went by and the labels of that time', () => {
    const { entries } = noted(failed, ['created']);
    assert.equal(entries.length, 1);
    assert.partialDeepStrictEqual(entries[0], {
      at,
      kind: 'raised',
      alertname: 'NewIssue',
      values: { severity: 'critical', min_severity: 'high', count: 1, swallowed: false, state: 'new' },
      labels: { alertname: 'NewIssue', service: 'checkout', severity: 'critical' },
    });
  });

  test('names each rule that spoke', () => {
    const { entries } = noted({ ...failed, swallowed: true }, ['created']);
    const said = entries.map(({ alertname, labels, values }) => [
      alertname,
      labels?.['alertname'],
      values?.['min_severity'],
    ]);
    assert.deepEqual(said, [
      ['NewIssue', 'NewIssue', 'high'],
      ['SwallowedFailure', 'SwallowedFailure', 'medium'],
    ]);
  });

  test('says nothing of what only the message shows', () => {
    assert.deepEqual(noted(failed, ['occurred', 'acknowledged'], told).entries, []);
  });

  test('keeps apart what one look found together: it ended, and was back', () => {
    const resolved = applyAction(failed, { kind: 'resolve', inNextVersion: false }, 'alice', 1);
    const later = errorEvent({ severity: 'critical', time: Date.UTC(2027, 0, 1) });
    const { issue: back } = applyEvent(resolved, later);
    const { entries } = noted(back, ['resolved', 'regressed'], told);
    assert.deepEqual(
      entries.map(({ kind, reason, alertname, values }) => [
        kind,
        reason ?? alertname,
        values?.['resolved_by'],
      ]),
      [
        ['ended', 'resolved', undefined],
        ['raised', 'IssueRegressed', 'alice'],
      ],
    );
  });

  test('says why it ended, and that it goes on after all', () => {
    const notes = new TimelineNotes(at, rules);
    const [quiet] = evaluateQuiet([told], at, rules, notes.note);
    assert.deepEqual(notes.entries, { [told.key]: [{ at, kind: 'ended', reason: 'quiet' }] });
    assert.deepEqual(noted(failed, ['reopened'], quiet).entries, []);
    const { incident } = noted(failed, ['ignored'], told);
    assert.deepEqual(noted(failed, ['reopened'], incident).entries, [{ at, kind: 'resumed' }]);
  });
});

suite('of whom an incident is for', () => {
  const routed = { routes: { slack: ['alerts.route'] }, withheld: {} };
  const first = nextIncident(undefined, 'created', issue({}), 0, rules)!;
  const grown = (given: Partial<Issue>) =>
    nextIncident(first, 'occurred', { ...first.issue, count: 2, ...given }, 0, rules)!;
  const table: [what: string, before: Incident | undefined, after: Incident, isSaid: boolean][] = [
    ['something is said at first', undefined, first, true],
    ['nothing is said of more of the same', first, grown({}), false],
    ['something is said when its labels become others', first, grown({ severity: 'critical' }), true],
    ['also when one is new', first, grown({ operation: '' }), true],
  ];
  for (const [what, before, after, isSaid] of table)
    test(what, () => {
      const notes = new TimelineNotes(at, rules);
      notes.note(before, after);
      assert.deepEqual(notes.rerouted({ [after.key]: routed }), isSaid ? { [after.key]: routed } : {});
    });
});

suite('what is noted of deliveries', () => {
  const firing = nextIncident(undefined, 'created', issue({}), 0, rules)!;
  const ended = nextIncident(firing, 'resolved', firing.issue, 0, rules)!;
  const open = { heldBy: undefined };
  const muted = { heldBy: 'muted: it is night' };
  const inhibited = { heldBy: 'inhibited by 1' };
  type Row = [
    what: string,
    incident: Incident,
    before: DeliveryChange['before'],
    after: DeliveryChange['after'],
    ...said: string[],
  ];
  const table: Row[] = [
    ['a new one', firing, undefined, open],
    ['none before and after', firing, undefined, undefined],
    ['one that waits from the start', firing, undefined, muted, 'held', 'muted: it is night'],
    ['one that goes on waiting', firing, muted, muted],
    ['one that waits for something else', firing, muted, inhibited, 'held', 'inhibited by 1'],
    ['one that waits no longer', firing, muted, open, 'released', 'no longer muted: it is night'],
    ['one that was never told', ended, muted, undefined, 'dropped', 'it ended before it was told'],
    ['one whose routes lead elsewhere', firing, open, undefined, 'dropped', 'it is for others now'],
  ];
  for (const [what, incident, before, after, ...said] of table)
    test(`${what}: ${said.join(' ') || 'nothing'}`, () => {
      const entries = deliveryEntries(incident, [{ receiver: 'slack', before, after }], at);
      const [kind, reason] = said;
      assert.deepEqual(entries, kind === undefined ? [] : [{ at, kind, receiver: 'slack', reason }]);
    });
});
