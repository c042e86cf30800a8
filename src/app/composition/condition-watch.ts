import type { AlertStore } from '../../alerting/alert-store.ts';
import type { Condition } from '../../alerting/conditions/condition.ts';
import type { ConditionRules } from '../../alerting/conditions/condition-rules.ts';
import {
  evaluateConditions,
  type StandingConditions,
  standingOf,
} from '../../alerting/conditions/evaluate-conditions.ts';
import { type Facts, noResilienceFacts } from '../../alerting/conditions/facts.ts';
import { findConditions } from '../../alerting/conditions/find.ts';
import { IssuePace } from '../../alerting/conditions/issue-pace.ts';
import type { ConditionIncident, Incident } from '../../alerting/incident.ts';
import type { AppActivity } from '../../derive/app-activity.ts';
import { type CallRates, rateStepMillis } from '../../derive/call-rates.ts';
import type { Tasks } from '../../derive/tasks/tasks.ts';
import type { IssueStore } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';

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
  store: Pick<AlertStore, 'firingConditions' | 'standingIncidents'> & Pick<IssueStore, 'errorCounts'>;
  rules: ConditionRules;
}

/** Conditions that were told of by a process before this one; there are fewer. */
const mostStanding = 1_000;

/** Looks every 15 seconds at what holds, and remembers since when. */
export class ConditionWatch {
  private readonly dependencies: ConditionWatchDependencies;
  private readonly pace = new IssuePace();
  private rules: ConditionRules;
  private standing: StandingConditions | undefined;
  /** By the monotonic clock. */
  private dueAt: number;

  constructor(dependencies: ConditionWatchDependencies) {
    this.dependencies = dependencies;
    this.rules = dependencies.rules;
    this.dueAt = dependencies.clock.monotonic() + rateStepMillis;
  }

  configure(rules: ConditionRules): void {
    this.rules = rules;
  }

  /** What was told may be gone. */
  doubt(): void {
    this.standing = undefined;
  }

  /** These were stored. */
  note(incidents: readonly Incident[], now: number): void {
    for (const incident of incidents) this.pace.note(incident, now);
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
    commit: (incidents: readonly ConditionIncident[], at: number) => Promise<void>,
  ): Promise<void> {
    const { clock, rates, tasks } = this.dependencies;
    if (clock.monotonic() < this.dueAt) return;
    this.dueAt = clock.monotonic() + rateStepMillis;
    rates?.look();
    tasks.rates.look();
    this.standing ??= await this.remember();
    const facts = await this.facts(listeningMillis);
    const { standing, incidents } = evaluateConditions(
      findConditions(facts, this.rules),
      this.standing,
      facts.now,
      this.rules,
    );
    if (incidents.length > 0) await commit(incidents, facts.now);
    this.standing = standing;
  }

  private async facts(listeningMillis: number): Promise<Facts> {
    const { clock, store, rates, tasks, activity, unwell } = this.dependencies;
    const counts = await store.errorCounts(clock.now());
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
      incidentOf: (issueId) => this.pace.incidentOf(issueId),
      jobs: tasks.book.all.filter(({ kind }) => kind === 'job'),
      runs: [...tasks.rates.all()],
      resilience: noResilienceFacts,
    };
  }

  private async remember(): Promise<StandingConditions> {
    const { store, activity, clock } = this.dependencies;
    for (const { incident } of await store.standingIncidents(mostStanding, ''))
      this.pace.note(incident, clock.now(), false);
    const incidents = await store.firingConditions(mostStanding);
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
