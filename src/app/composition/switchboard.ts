import type { AlertStep, AlertStore, StandingIncident } from '../../alerting/alert-store.ts';
import type { Incident } from '../../alerting/incident.ts';
import type { Inhibitor } from '../../alerting/routing/inhibition.ts';
import { isOutOfDate, planOf, type Situation } from '../../alerting/routing/plan.ts';
import { Routing, type RoutingOptions } from '../../alerting/routing/routing.ts';
import type { Clock } from '../../runtime/clock.ts';

/** Incidents looked at together. */
const pageSize = 500;
/** Time intervals begin and end with a minute. */
const minuteMillis = 60_000;
/** In a storm, alerts that inhibit others come and go all the time: who was to wait for them is looked at no more often than this. */
const reviewRestMillis = 5_000;

export interface SwitchboardDependencies {
  clock: Clock;
  store: Pick<AlertStore, 'standingIncidents' | 'commitStep'>;
  routing: RoutingOptions;
  receivers: readonly string[];
}

/**
 * Says of incidents who is told of them now, and looks again at those that stand when that has become different: by the time, by an
 * alert that inhibits others, or by another configuration.
 */
export class Switchboard {
  private readonly dependencies: SwitchboardDependencies;
  private routing: Routing;
  /** Rises when all that is known here is known no longer. */
  private generation = 0;
  /** What inhibits others, once it is known what fires. */
  private inhibitor: Inhibitor | undefined;
  /** Under which circumstances all that stands was looked at. */
  private reviewed = '';
  /** By the monotonic clock. */
  private reviewedAt = Number.NEGATIVE_INFINITY;

  constructor(dependencies: SwitchboardDependencies) {
    this.dependencies = dependencies;
    this.routing = new Routing(dependencies.routing);
  }

  configure(options: RoutingOptions): void {
    this.routing = new Routing(options);
    this.doubt();
  }

  /** It is not known what is stored. */
  doubt(): void {
    this.generation++;
    this.inhibitor = undefined;
    this.reviewedAt = Number.NEGATIVE_INFINITY;
  }

  /** Who is told of incidents that are about to be stored. */
  async connect(incidents: readonly Incident[]): Promise<Pick<AlertStep, 'receivers' | 'withheld' | 'held'>> {
    const situation = await this.situation();
    for (const incident of incidents) noteIn(situation.inhibitor, incident);
    return { receivers: situation.receivers, ...planOf(incidents, situation) };
  }

  /**
   * Looks at all that stands, if it is time to.
   * @returns whether anybody is told something else than before
   */
  async review(): Promise<boolean> {
    const { clock, store, receivers } = this.dependencies;
    const situation = await this.situation();
    const circumstances = this.circumstances();
    const at = clock.now();
    if (circumstances === this.reviewed || this.untilReview() > 0) return false;
    let isDifferent = false;
    for await (const page of this.standing()) {
      const outdated = page.filter((standing) => isOutOfDate(standing, situation));
      if (outdated.length === 0) continue;
      const incidents = outdated.map(({ incident }) => incident);
      await store.commitStep({ cursor: 0, at, incidents, receivers, ...planOf(incidents, situation) });
      isDifferent = true;
    }
    // Unless another configuration came meanwhile.
    if (situation.inhibitor === this.inhibitor) {
      this.reviewed = circumstances;
      this.reviewedAt = clock.monotonic();
    }
    return isDifferent;
  }

  /** Milliseconds after which there may be something to look at. */
  restMillis(): number {
    const now = this.dependencies.clock.now();
    const untilMinute = this.routing.knowsTime
      ? minuteMillis - (now % minuteMillis)
      : Number.POSITIVE_INFINITY;
    const isDue = this.circumstances() !== this.reviewed;
    return Math.max(1, isDue ? Math.min(untilMinute, this.untilReview()) : untilMinute);
  }

  private untilReview(): number {
    return this.reviewedAt + reviewRestMillis - this.dependencies.clock.monotonic();
  }

  /** A text that is another one when somebody may have to be told something else. */
  private circumstances(): string {
    const intervals = [...this.routing.intervalsAt(this.dependencies.clock.now())];
    return JSON.stringify([this.generation, this.inhibitor?.revision, intervals]);
  }

  private async situation(): Promise<Situation> {
    // Another configuration may come while it is found out what fires.
    while (this.inhibitor === undefined) {
      const { routing } = this;
      const inhibitor = await this.inhibitorOf(routing);
      if (routing === this.routing) this.inhibitor = inhibitor;
    }
    const { routing, inhibitor } = this;
    const { clock, receivers } = this.dependencies;
    return { routing, inhibitor, intervals: routing.intervalsAt(clock.now()), receivers };
  }

  private async inhibitorOf(routing: Routing): Promise<Inhibitor> {
    const inhibitor = routing.inhibitor();
    for await (const page of this.standing()) for (const { incident } of page) noteIn(inhibitor, incident);
    return inhibitor;
  }

  private async *standing(): AsyncGenerator<readonly StandingIncident[]> {
    let page: readonly StandingIncident[];
    let after = '';
    do {
      page = await this.dependencies.store.standingIncidents(pageSize, after);
      yield page;
      after = page.at(-1)?.incident.key ?? after;
    } while (page.length === pageSize);
  }
}

function noteIn(inhibitor: Inhibitor, incident: Incident): void {
  inhibitor.note(incident.key, incident.state === 'firing' ? incident.labels : undefined);
}
