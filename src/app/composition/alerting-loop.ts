import type { AlertStep, AlertStore, PendingChange } from '../../alerting/alert-store.ts';
import { evaluateDeployments } from '../../alerting/deployment.ts';
import { evaluateChanges, evaluateQuiet } from '../../alerting/evaluate.ts';
import type { Incident } from '../../alerting/incident.ts';
import type { PostedAlert } from '../../alerting/posted/posted-alert.ts';
import type { AlertView } from '../../alerting/routing/alert-view.ts';
import type { Routing, RoutingOptions } from '../../alerting/routing/routing.ts';
import type { Rules } from '../../alerting/rules-config.ts';
import type { SilenceStore } from '../../alerting/silences/silence-store.ts';
import { TimelineNotes } from '../../alerting/timeline.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { IssueStore } from '../../issues/issue-store.ts';
import { WorkLoop } from '../../runtime/work-loop.ts';
import type { Events } from '../../telemetry/events.ts';
import { type ConditionChange, type ConditionSources, ConditionWatch } from './condition-watch.ts';
import { Listening } from './listening.ts';
import { PostedAlerts } from './posted-alerts.ts';
import { Switchboard } from './switchboard.ts';

/** Changes looked at in one step. */
const stepSize = 500;
/** How often it is looked for incidents that have become quiet. */
const quietCheckMillis = 30_000;
const retryMillis = 1_000;
/** A clock that is set back by less is not taken for one that was: see `Listening`. */
const clockToleranceMillis = 10_000;
/**
 * What comes first is looked at at once, and what follows in a storm of failures together: they must not lead to as many transactions
 * again as those that store them.
 */
const pace = { times: 10, mostMillis: 200 };

export interface AlertingLoopDependencies {
  clock: Clock;
  store: AlertStore &
    Pick<SilenceStore, 'listSilences'> &
    Pick<IssueStore, 'errorCounts' | 'listIssues' | 'getIssue'>;
  events: Events;
  rules: Rules;
  /** Takes secrets out of what is told of others than issues. */
  redact: (text: string) => string;
  /** Undefined: only issues are alerted of. */
  conditions?: ConditionSources;
  routing: RoutingOptions;
  /** Names of the receivers that there are. */
  receivers: readonly string[];
  /** Who stands in for one of them, by its name. */
  fallbacks?: Readonly<Record<string, string>>;
  /** Called with what was looked at and what came of it, once it is stored. */
  onCommitted: (changes: readonly PendingChange[], incidents: readonly Incident[]) => void;
  /** Called when there is something new to show. */
  onIncidents: () => void;
}

/**
 * Takes stored changes through the rules. What is decided is pure and in `alerting`; this only fetches, commits and wakes. One
 * step at a time: the changes have one reader.
 */
export class AlertingLoop extends WorkLoop {
  private readonly dependencies: AlertingLoopDependencies;
  private readonly listening: Listening;
  private readonly switchboard: Switchboard;
  private readonly conditions: ConditionWatch | undefined;
  private readonly posted: PostedAlerts;
  private rules: Rules['issues'];
  private failing = false;
  private mayBeDeployed = true;

  constructor(dependencies: AlertingLoopDependencies) {
    super('alerting', dependencies.clock, () => this.work(), pace);
    this.dependencies = dependencies;
    this.rules = dependencies.rules.issues;
    const { conditions, rules } = dependencies;
    this.conditions = conditions && new ConditionWatch({ ...dependencies, ...conditions, rules });
    this.posted = new PostedAlerts(dependencies);
    this.listening = new Listening(dependencies.clock);
    this.switchboard = new Switchboard(dependencies);
  }

  /** Whether alerts can be evaluated, as far as is known. */
  get isFailing(): boolean {
    return this.failing;
  }

  /** What is decided from now on is decided by these. */
  configure(rules: Rules): void {
    this.rules = rules.issues;
    this.conditions?.configure(rules);
  }

  /** Something may have happened that could not be stored: it is not quiet, as far as is known. */
  missed(): void {
    this.listening.begin();
  }

  /** What was stored of who is to be shown what may be gone. */
  storeReplaced(): void {
    this.switchboard.doubt();
    this.conditions?.doubt();
    this.posted.doubt();
    this.wake();
  }

  /** Somebody made a silence, or ended one. */
  silencesChanged(): void {
    this.switchboard.silencesChanged();
    this.wake();
  }

  /** Versions of apps are stored that were not, perhaps. */
  versionsNoted(): void {
    this.mayBeDeployed = true;
    this.wake();
  }

  /** Takes alerts of others; settled when they are stored. */
  async post(alerts: readonly PostedAlert[]): Promise<void> {
    const taken = this.posted.take(alerts);
    this.wake();
    await taken;
  }

  /** What fires now, and who is told of it. */
  firing(): AsyncIterable<AlertView> {
    return this.switchboard.firing();
  }

  /** What is said now of who is told of what. */
  get routing(): Routing {
    return this.switchboard.currentRouting;
  }

  /** Takes another routing from now on, also for what fires already. */
  route(routing: RoutingOptions): void {
    this.switchboard.configure(routing);
    this.wake();
  }

  private async work(): Promise<number> {
    const { events, onIncidents } = this.dependencies;
    try {
      await this.stepOverAllChanges();
      await this.stepOverQuiet();
      while (!this.isStopping && this.mayBeDeployed) {
        await this.stepOverDeployments();
        // Of thousands of incidents many steps are made: nobody waits for them to be told of a failure.
        await this.stepOverAllChanges();
      }
      await this.conditions?.look(this.listening.millis(), (changes, at) =>
        this.stepOverConditions(changes, at),
      );
      await this.posted.look((changes, at) => this.stepOverConditions(changes, at));
      if (await this.switchboard.review()) onIncidents();
      this.failing = false;
      events.alertingWorked();
      return Math.min(
        quietCheckMillis,
        this.switchboard.restMillis(),
        this.posted.restMillis(),
        this.conditions?.restMillis() ?? quietCheckMillis,
      );
    } catch (error) {
      this.failing = true;
      this.listening.begin();
      this.switchboard.doubt();
      events.alertingFailed(error);
      return retryMillis;
    }
  }

  private async stepOverAllChanges(): Promise<void> {
    while (!this.isStopping && (await this.stepOverChanges()) === stepSize);
  }

  /** @returns how many changes there were */
  private async stepOverChanges(): Promise<number> {
    const { clock, store } = this.dependencies;
    const pending = await store.pendingChanges(stepSize);
    const cursor = pending.at(-1)?.change.seq;
    if (cursor === undefined) return 0;
    const at = clock.now();
    const notes = new TimelineNotes(at, this.rules);
    const incidents = evaluateChanges(pending, at, this.rules, notes.note);
    await this.commit({ cursor, at, incidents }, notes, pending);
    return pending.length;
  }

  private async stepOverQuiet(): Promise<void> {
    const { clock, store } = this.dependencies;
    const { quietMillis } = this.rules;
    if (this.listening.millis() < quietMillis) return;
    const at = clock.now();
    const quiet = await store.quietIncidents(at - quietMillis, at + clockToleranceMillis, stepSize);
    const notes = new TimelineNotes(at, this.rules);
    const incidents = evaluateQuiet(quiet, at, this.rules, notes.note);
    if (incidents.length > 0) await this.commit({ cursor: 0, at, incidents }, notes, []);
  }

  private async stepOverDeployments(): Promise<void> {
    const { clock, store } = this.dependencies;
    this.mayBeDeployed = false;
    try {
      const at = clock.now();
      const deployed = await store.deployedIncidents(at, stepSize);
      const notes = new TimelineNotes(at, this.rules);
      const incidents = evaluateDeployments(deployed, notes.note);
      if (incidents.length > 0) await this.commit({ cursor: 0, at, incidents }, notes, []);
      if (deployed.length === stepSize) this.mayBeDeployed = true;
    } catch (error) {
      this.mayBeDeployed = true;
      throw error;
    }
  }

  private async stepOverConditions(changes: readonly ConditionChange[], at: number): Promise<void> {
    const notes = new TimelineNotes(at, this.rules);
    for (const { before, after } of changes) notes.note(before, after);
    const incidents = changes.map(({ after }) => after);
    await this.commit({ cursor: 0, at, incidents }, notes, []);
  }

  private async commit(
    step: Pick<AlertStep, 'cursor' | 'at' | 'incidents'>,
    notes: TimelineNotes,
    pending: readonly PendingChange[],
  ): Promise<void> {
    const { store, onCommitted, onIncidents } = this.dependencies;
    const { incidents } = step;
    const { routed, ...connected } = await this.switchboard.connect(incidents);
    const timeline = notes.entries;
    await store.commitStep({ ...step, ...connected, timeline, routed: notes.rerouted(routed) });
    this.conditions?.noteChanges(pending);
    this.conditions?.note(incidents);
    if (incidents.length > 0) onIncidents();
    onCommitted(pending, incidents);
  }
}
