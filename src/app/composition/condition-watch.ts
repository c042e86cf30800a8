import type { AlertStore, PendingChange } from '../../alerting/alert-store.ts';
import { type Condition, withoutSecrets } from '../../alerting/conditions/condition.ts';
import type { Timings } from '../../alerting/conditions/condition-rules.ts';
import {
  evaluateConditions,
  type StandingConditions,
  standingOf,
} from '../../alerting/conditions/evaluate-conditions.ts';
import { type Facts, noResilienceFacts } from '../../alerting/conditions/facts.ts';
import { findConditions } from '../../alerting/conditions/find.ts';
import { IssuePace } from '../../alerting/conditions/issue-pace.ts';
import type { ConditionIncident, Incident } from '../../alerting/incident.ts';
import type { Rules } from '../../alerting/rules-config.ts';
import { SampleBook } from '../../alerting/user-rules/samples.ts';
import { findByUserRule } from '../../alerting/user-rules/user-rule.ts';
import type { AppActivity } from '../../derive/app-activity.ts';
import { type CallRates, rateStepMillis } from '../../derive/call-rates.ts';
import type { Tasks } from '../../derive/tasks/tasks.ts';
import { type Issue, openIssueStates } from '../../issues/issue.ts';
import type { IssueStore } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';
import { nextTurn } from '../../runtime/next-turn.ts';

/** Where what conditions are about is known. */
export interface ConditionSources {
  /** Undefined where no calls are counted. */
  rates: CallRates | undefined;
  tasks: Pick<Tasks, 'book' | 'rates'>;
  /** Undefined where telemetry is replayed: nobody is silent there. */
  activity: AppActivity | undefined;
  /** What of Tocsin is not well; undefined where it does not run. */
  unwell: (() => Facts['unwell']) | undefined;
}

export interface ConditionWatchDependencies extends ConditionSources {
  clock: Clock;
  store: Pick<AlertStore, 'firingConditions' | 'standingIncidents'> &
    Pick<IssueStore, 'errorCounts' | 'listIssues'>;
  rules: Rules;
  /** Takes out of texts what is secret. */
  redact: (text: string) => string;
}

/** An incident that is new, over, or to be shown differently. */
export interface ConditionChange {
  before: ConditionIncident | undefined;
  after: ConditionIncident;
}

/** Conditions that were told of by a process before this one; there are fewer. */
const mostStanding = 5_000;
/** Issues that rules over issues look at, in pages. */
const issuePages = { most: 2, size: 1_000 };
/** Some milliseconds. */
const rulesInOnePiece = 20;

/** Looks every 15 seconds at what holds, and remembers since when. */
export class ConditionWatch {
  private readonly dependencies: ConditionWatchDependencies;
  private readonly pace = new IssuePace();
  private rules: Rules;
  private standing: StandingConditions | undefined;
  /** By the monotonic clock. */
  private dueAt: number;

  constructor(dependencies: ConditionWatchDependencies) {
    this.dependencies = dependencies;
    this.rules = dependencies.rules;
    this.dueAt = dependencies.clock.monotonic() + rateStepMillis;
  }

  configure(rules: Rules): void {
    this.rules = rules;
  }

  /** What was told may be gone. */
  doubt(): void {
    this.standing = undefined;
  }

  /** These were stored. */
  note(incidents: readonly Incident[], now: number): void {
    for (const incident of incidents) this.pace.noteIncident(incident, now);
  }

  /** These were looked at. */
  noteChanges(changes: readonly PendingChange[], now: number): void {
    for (const { issue, change } of changes) this.pace.note(issue, now, change.kind === 'created');
  }

  restMillis(): number {
    return Math.max(1, this.dueAt - this.dependencies.clock.monotonic());
  }

  /**
   * Looks, if it is time to.
   * @param listeningMillis for how long telemetry could have come, without a break
   * @param commit stores what has become different: what is not stored is found again at the next look
   */
  async look(
    listeningMillis: number,
    commit: (changes: readonly ConditionChange[], at: number) => Promise<void>,
  ): Promise<void> {
    const { clock, rates, tasks } = this.dependencies;
    if (clock.monotonic() < this.dueAt) return;
    this.dueAt = clock.monotonic() + rateStepMillis;
    rates?.look();
    tasks.rates.look();
    this.standing ??= await this.remember();
    const facts = await this.facts(listeningMillis);
    const { standing, incidents } = evaluateConditions(
      await this.find(facts),
      this.standing,
      facts.now,
      timingsOf(this.rules),
    );
    const known = new Map([...this.standing.values()].map(({ incident }) => [incident?.key, incident]));
    const changes = incidents.map((after) => ({ before: known.get(after.key), after }));
    if (changes.length > 0) await commit(changes, facts.now);
    this.standing = standing;
  }

  private async find(facts: Facts): Promise<Condition[]> {
    const { conditions, own } = this.rules;
    const { redact } = this.dependencies;
    const found = findConditions(facts, conditions);
    const samples = new SampleBook(facts);
    for (const [i, rule] of own.entries()) {
      // A thousand rules over a thousand services take a quarter of a second: others have their turn in between.
      if (i % rulesInOnePiece === rulesInOnePiece - 1) await nextTurn();
      found.push(...findByUserRule(rule, samples, facts));
    }
    return found.map((condition) => withoutSecrets(condition, redact));
  }

  private async facts(listeningMillis: number): Promise<Facts> {
    const { clock, store, rates, tasks, activity, unwell } = this.dependencies;
    const counts = await store.errorCounts(clock.now());
    const openIssues = this.rules.own.some(({ over }) => over === 'issues') ? await this.openIssues() : [];
    const now = clock.now();
    return {
      now,
      listeningMillis,
      hasHeard: activity?.hasHeard ?? true,
      calls: rates === undefined ? [] : [...rates.all()],
      apps: activity?.all(clock.monotonic()) ?? [],
      environmentOf: (service) => activity?.environmentOf(service) ?? '',
      unresolved: counts.unresolved,
      unwell: unwell?.() ?? [],
      mostOf: (service) => this.pace.mostOf(service, now),
      activeIssues: this.pace.active(now),
      openIssues,
      incidentOf: (issueId) => this.pace.incidentOf(issueId),
      jobs: tasks.book.all.filter(({ kind }) => kind === 'job'),
      runs: [...tasks.rates.all()],
      resilience: noResilienceFacts,
    };
  }

  private async openIssues(): Promise<Issue[]> {
    const { store } = this.dependencies;
    const issues: Issue[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < issuePages.most; page++) {
      const query = { states: openIssueStates, limit: issuePages.size };
      const { items, nextCursor } = await store.listIssues(
        cursor === undefined ? query : { ...query, cursor },
      );
      issues.push(...items);
      cursor = nextCursor;
      if (cursor === undefined) break;
    }
    return issues;
  }

  private async remember(): Promise<StandingConditions> {
    const { store, activity, clock } = this.dependencies;
    for (const { incident } of await store.standingIncidents(mostStanding, ''))
      if (incident.issue !== undefined) {
        this.pace.note(incident.issue, clock.now(), false);
        this.pace.noteIncident(incident, clock.now());
      }
    const all = await store.firingConditions(mostStanding);
    const incidents = all.filter(({ condition }) => condition.isPosted !== true);
    for (const { condition } of incidents)
      if (isSilence(condition)) {
        const silentMillis = clock.now() - (condition.since ?? clock.now());
        activity?.expect(condition.service, condition.environment, clock.monotonic() - silentMillis);
      }
    return standingOf(incidents);
  }
}

/** The app is as silent after a start of Tocsin as it was before it. */
function isSilence({ alertname }: Condition): boolean {
  return alertname === 'TelemetrySilent';
}

function timingsOf({ conditions, own }: Rules): Timings {
  return { ...conditions, ...Object.fromEntries(own.map((rule) => [rule.name, rule])) };
}
