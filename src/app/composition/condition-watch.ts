import type { AlertStore, PendingChange } from '../../alerting/alert-store.ts';
import { type Condition, withoutSecrets } from '../../alerting/conditions/condition.ts';
import type { Timings } from '../../alerting/conditions/condition-rules.ts';
import {
  afterClockSet,
  evaluateConditions,
  type StandingConditions,
  standingOf,
} from '../../alerting/conditions/evaluate-conditions.ts';
import type { Facts } from '../../alerting/conditions/facts.ts';
import { findConditions } from '../../alerting/conditions/find.ts';
import { IssuePace } from '../../alerting/conditions/issue-pace.ts';
import type { ConditionIncident, Incident } from '../../alerting/incident.ts';
import type { Rules } from '../../alerting/rules-config.ts';
import { UserRules } from '../../alerting/user-rules/user-rules.ts';
import type { AppActivity } from '../../derive/app-activity.ts';
import type { BreakerBook } from '../../derive/reported/breaker-book.ts';
import { type CallRates, rateStepMillis } from '../../derive/call-rates.ts';
import type { Tasks } from '../../derive/tasks/tasks.ts';
import { type Issue, openIssueStates } from '../../issues/issue.ts';
import type { IssueStore } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';
import { nextTurn } from '../../runtime/next-turn.ts';
import { firingConditions, inPages } from './in-pages.ts';
import { resilienceFacts, type ResilienceSource } from './resilience-sources.ts';

/** Where what conditions are about is known. */
export interface ConditionSources {
  /** Undefined where no calls are counted. */
  rates: CallRates | undefined;
  tasks: Pick<Tasks, 'book' | 'rates'>;
  activity: AppActivity;
  /** What is known of breakers, retries and the like; each is asked at each look. */
  resilience: readonly ResilienceSource[];
  /** Told of breakers of which people know that they were open before this process began. */
  breakers?: Pick<BreakerBook, 'expect'>;
  /** What of Tocsin is not well; undefined where telemetry is replayed: nobody is silent there either. */
  unwell: (() => Facts['unwell']) | undefined;
  /** Whether nobody is to be told of what fails in an environment. */
  ignores: (environment: string) => boolean;
}

export interface ConditionWatchDependencies extends ConditionSources {
  clock: Clock;
  store: Pick<AlertStore, 'firingConditions' | 'standingIncidents'> &
    Pick<IssueStore, 'errorCounts' | 'listIssues' | 'getIssue'>;
  rules: Rules;
  /** Takes out of texts what is secret. */
  redact: (text: string) => string;
}

/** An incident that is new, over, or to be shown differently. */
export interface ConditionChange {
  before: ConditionIncident | undefined;
  after: ConditionIncident;
}

/** Issues that rules over issues look at, in pages. */
const issuePages = { most: 2, size: 1_000 };
/** The machine's clock and the monotonic one may drift apart by this between two looks; more, and the clock was set. */
const driftMillis = 1_000;

/** Looks every 15 seconds at what holds, and remembers since when. */
export class ConditionWatch {
  private readonly dependencies: ConditionWatchDependencies;
  private readonly pace = new IssuePace();
  private rules: Rules;
  private own: UserRules;
  private standing: StandingConditions | undefined;
  /** By the monotonic clock. */
  private dueAt: number;
  /** Of the machine's clock, from the monotonic one. */
  private offset: number;

  constructor(dependencies: ConditionWatchDependencies) {
    this.dependencies = dependencies;
    this.rules = dependencies.rules;
    this.own = new UserRules(this.rules.own, dependencies.redact);
    const { clock } = dependencies;
    this.dueAt = clock.monotonic() + rateStepMillis;
    this.offset = clock.now() - clock.monotonic();
  }

  configure(rules: Rules): void {
    this.rules = rules;
    this.own = new UserRules(rules.own, this.dependencies.redact);
  }

  /** What was told may be gone. */
  doubt(): void {
    this.standing = undefined;
  }

  /** These were stored. */
  note(incidents: readonly Incident[]): void {
    const now = this.dependencies.clock.monotonic();
    for (const incident of incidents) this.pace.noteIncident(incident, now);
  }

  /** These were looked at. */
  noteChanges(changes: readonly PendingChange[]): void {
    const now = this.dependencies.clock.monotonic();
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
    const found = await this.find(facts);
    // What was remembered may be doubted meanwhile.
    if (this.standing === undefined) return;
    const before = (this.standing = this.inTime(this.standing));
    const { standing, incidents } = evaluateConditions(found, before, facts.now, timingsOf(this.rules));
    const known = new Map([...before.values()].map(({ incident }) => [incident?.key, incident]));
    const changes = incidents.map((after) => ({ before: known.get(after.key), after }));
    if (changes.length > 0) await commit(changes, facts.now);
    if (this.standing === before) this.standing = standing;
  }

  private inTime(standing: StandingConditions): StandingConditions {
    const { clock } = this.dependencies;
    const offset = clock.now() - clock.monotonic();
    const setBy = offset - this.offset;
    if (Math.abs(setBy) <= driftMillis) return standing;
    this.offset = offset;
    return afterClockSet(standing, setBy);
  }

  private async find(facts: Facts): Promise<Condition[]> {
    const { conditions } = this.rules;
    const { ignores, unwell, redact } = this.dependencies;
    // Nobody watches what is replayed.
    const { Watchdog: _, ...ofData } = conditions;
    const builtIn = findConditions(facts, unwell === undefined ? ofData : conditions)
      .filter(({ environment }) => !ignores(environment))
      .map((condition) => withoutSecrets(condition, redact));
    const search = this.own.find(facts, this.standing ?? new Map());
    let piece = search.next();
    for (; piece.done !== true; piece = search.next()) await nextTurn();
    return [...builtIn, ...piece.value];
  }

  private async facts(listeningMillis: number): Promise<Facts> {
    const { clock, store, rates, tasks, activity, unwell } = this.dependencies;
    const counts = await store.errorCounts(clock.now());
    const openIssues = this.rules.own.some(({ over }) => over === 'issues') ? await this.openIssues() : [];
    const jobs = tasks.book.all.filter(({ kind }) => kind === 'job');
    await this.followFailed(jobs);
    const now = clock.now();
    return {
      now,
      listeningMillis,
      hasHeard: unwell === undefined || activity.hasHeard,
      calls: rates === undefined ? [] : [...rates.all()],
      apps: unwell === undefined ? [] : activity.all(clock.monotonic()),
      environmentOf: (service) => activity.environmentOf(service),
      unresolved: counts.unresolved,
      unwell: unwell?.() ?? [],
      mostOf: (service) => this.pace.mostOf(service, clock.monotonic()),
      activeIssues: this.pace.active(clock.monotonic()),
      openIssues,
      incidentOf: (issueId) => this.pace.incidentOf(issueId),
      expectedOf: (service) => this.pace.expectedOf(service, clock.monotonic()),
      isUnwanted: (issueId) => {
        const issue = this.pace.issue(issueId);
        return issue !== undefined && (issue.expected || issue.state === 'ignored');
      },
      jobs,
      runs: [...tasks.rates.all()],
      resilience: resilienceFacts(this.dependencies.resilience),
    };
  }

  /** What is known of the issues of jobs that failed before this process began. */
  private async followFailed(jobs: Facts['jobs']): Promise<void> {
    const { clock, store } = this.dependencies;
    for (const { lastOutcome, lastFailure } of jobs) {
      const id = lastFailure?.issueId;
      if (lastOutcome !== 'failure' || id === undefined || this.pace.issue(id) !== undefined) continue;
      const issue = await store.getIssue(id);
      if (issue !== undefined) this.pace.note(issue, clock.monotonic(), false);
    }
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
    const now = clock.monotonic();
    const standing = inPages(
      (limit, after) => store.standingIncidents(limit, after),
      ({ incident }) => incident.key,
    );
    for await (const { incident } of standing)
      if (incident.issue !== undefined) {
        this.pace.note(incident.issue, now, false);
        this.pace.noteIncident(incident, now);
      }
    const incidents: ConditionIncident[] = [];
    for await (const incident of firingConditions(store))
      if (incident.condition.isPosted !== true) incidents.push(incident);
    for (const { condition } of incidents) {
      expectBreaker(condition, this.dependencies.breakers);
      const { service, environment, since = clock.now() } = condition;
      activity.named(service, environment, clock.monotonic());
      const silentMillis = Math.max(0, clock.now() - since);
      if (isSilence(condition)) activity.expect(service, environment, clock.monotonic() - silentMillis);
    }
    return standingOf(incidents);
  }
}

/** The app is as silent after a start of Tocsin as it was before it. */
function isSilence({ alertname }: Condition): boolean {
  return alertname === 'TelemetrySilent';
}

/** A breaker does not close because Tocsin was started anew. Of one that does not close by itself a probe has failed. */
function expectBreaker(
  { alertname, service, subject, since }: Condition,
  breakers: ConditionSources['breakers'],
): void {
  const { breaker } = subject;
  if (breaker === undefined || since === undefined) return;
  if (alertname === 'BreakerOpen' || alertname === 'BreakerStuckOpen')
    breakers?.expect(service, breaker, since, alertname === 'BreakerStuckOpen' ? 1 : 0);
}

function timingsOf({ conditions, own }: Rules): Timings {
  return { ...conditions, ...Object.fromEntries(own.map((rule) => [rule.name, rule])) };
}
