import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IssueIncident } from '../../src/alerting/incident.ts';
import { nextIncident } from '../../src/alerting/issue-incident.ts';
import { issueRuleDefaults as rules } from '../../src/alerting/issue-rules.ts';
import type { Severity } from '../../src/errors/error-event.ts';
import { moreSevere } from '../../src/errors/severity.ts';
import { applyAction, applyEvent, applyRate } from '../../src/issues/lifecycle.ts';
import type { Issue, IssueChangeKind } from '../../src/issues/issue.ts';
import type { IssueAction } from '../../src/issues/issue-action.ts';
import { errorEvent } from '../support/builders.ts';

const hour = 3_600_000;
const began = Date.UTC(2026, 0, 2);

type Step =
  | { kind: 'event'; severity: Severity; rises: boolean }
  | { kind: 'settled'; severity: Severity }
  | { kind: 'calm' | 'quiet' | 'pass' }
  | { kind: 'action'; action: IssueAction };

const severity = fc.constantFrom<Severity>('low', 'medium', 'high', 'critical');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('event' as const), severity, rises: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settled' as const), severity }) },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: 'calm' }, { kind: 'quiet' }, { kind: 'pass' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Step>(
      { kind: 'action', action: { kind: 'acknowledge' } },
      { kind: 'action', action: { kind: 'resolve', inNextVersion: false } },
      { kind: 'action', action: { kind: 'reopen' } },
    ),
  },
);

/** One issue and its incident, as the store and alerting take them through what happens. */
class Life {
  issue: Issue | undefined;
  incident: IssueIncident | undefined;
  private now = began;

  take(given: Step): void {
    this.now += given.kind === 'pass' ? 25 * hour : 60_000;
    const { issue } = this;
    if (given.kind === 'event') {
      const event = errorEvent({ severity: given.severity, time: this.now });
      const { issue: next, kind } = applyEvent(issue, event);
      const rate = given.rises
        ? { count: 1_000, before: 1, busiest: 1 }
        : { count: 1, before: 1, busiest: 1 };
      const rated = applyRate(next, rate, this.now);
      const isRising = rated.state === 'escalating' && next.state !== 'escalating';
      // The strongest of both, as the store has it.
      const strongest = isRising && kind !== 'created' && kind !== 'regressed' ? 'escalated' : kind;
      this.issue = rated;
      this.alert(strongest);
    } else if (issue === undefined) return;
    else if (given.kind === 'settled') {
      this.issue = { ...issue, severity: moreSevere(issue.severity, given.severity) };
      this.alert('amended');
    } else if (given.kind === 'calm')
      this.issue = applyRate(issue, { count: 0, before: 0, busiest: 0 }, this.now);
    else if (given.kind === 'quiet') this.alert('quiet');
    else if (given.kind === 'action') {
      const next = applyAction(issue, given.action, 'alice', this.now);
      const kinds = {
        acknowledge: 'acknowledged',
        resolve: 'resolved',
        reopen: 'reopened',
        ignore: 'ignored',
      } as const;
      this.issue = next;
      if (next !== issue) this.alert(kinds[given.action.kind]);
    }
  }

  private alert(input: IssueChangeKind | 'quiet'): void {
    const { incident } = this;
    // Quiet is what fires and is heard of no more.
    if (input === 'quiet' && incident?.state !== 'firing') return;
    this.incident = nextIncident(incident, input, this.issue!, this.now, rules) ?? incident;
  }
}

test('whatever happened to an issue, somebody was told of one that is severe, since it was last resolved', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const life = new Life();
      for (const each of steps) life.take(each);
      life.take({ kind: 'event', severity: 'high', rises: false });
      const { issue, incident } = life;
      if (issue === undefined || issue.state === 'resolved') return;
      assert.ok(incident !== undefined, 'nobody was ever told');
      const since = issue.resolvedAt ?? began;
      const isTold = incident.state === 'firing' || incident.alerts.some(({ startsAt }) => startsAt >= since);
      assert.ok(isTold, `${issue.state}: what people were told is that it is resolved`);
    }),
    { numRuns: 5_000, seed: 5 },
  );
});

test('what somebody acknowledged is told again when it comes back, rises anew or is swallowed, and not with each event', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), fc.integer({ min: 1, max: 20 }), (steps, events) => {
      const life = new Life();
      for (const each of steps) life.take(each);
      life.take({ kind: 'event', severity: 'critical', rises: true });
      life.take({ kind: 'action', action: { kind: 'acknowledge' } });
      const before = life.incident?.stateRevision;
      for (let i = 0; i < events; i++) life.take({ kind: 'event', severity: 'critical', rises: true });
      assert.equal(life.incident?.stateRevision, before);
    }),
    { numRuns: 2_000, seed: 6 },
  );
});
