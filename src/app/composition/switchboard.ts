import type { AlertStep, AlertStore, StandingIncident } from '../../alerting/alert-store.ts';
import type { Incident } from '../../alerting/incident.ts';
import { type AlertView, viewOf } from '../../alerting/routing/alert-view.ts';
import type { Inhibitor } from '../../alerting/routing/inhibition.ts';
import { isOutOfDate, type Plan, planOf } from '../../alerting/routing/plan.ts';
import { Routing, type RoutingOptions } from '../../alerting/routing/routing.ts';
import type { Situation } from '../../alerting/routing/situation.ts';
import type { SilenceStore } from '../../alerting/silences/silence-store.ts';
import { Silencer } from '../../alerting/silences/silencer.ts';
import type { Clock } from '../../runtime/clock.ts';

/** Incidents looked at together. */
const pageSize = 500;
/** Time intervals begin and end with a minute. */
const minuteMillis = 60_000;
/** In a storm, alerts that inhibit others come and go all the time: who was to wait for them is looked at no more often than this. */
const reviewRestMillis = 5_000;

export interface SwitchboardDependencies {
  clock: Clock;
  store: Pick<AlertStore, 'standingIncidents' | 'commitStep'> & Pick<SilenceStore, 'listSilences'>;
  routing: RoutingOptions;
  receivers: readonly string[];
  /** Who stands in for one of them, by its name. */
  fallbacks?: Readonly<Record<string, string>>;
}

/**
 * Says of incidents who is told of them now, and looks again at those that stand when that has become different: by the time, by a
 * silence, by an alert that inhibits others, or by another configuration.
 */
export class Switchboard {
  private readonly dependencies: SwitchboardDependencies;
  private routing: Routing;
  /** Rises when what is known here is known no longer. */
  private generation = 0;
  /** What inhibits others, once it is known what fires. */
  private inhibitor: Inhibitor | undefined;
  /** Once it is known which silences there are. */
  private silencer: Silencer | undefined;
  /** Under which circumstances all that stands was looked at. */
  private reviewed: Circumstances = { prompt: '', inhibition: 0 };
  /** By the monotonic clock. */
  private reviewedAt = Number.NEGATIVE_INFINITY;

  constructor(dependencies: SwitchboardDependencies) {
    this.dependencies = dependencies;
    this.routing = new Routing(dependencies.routing);
  }

  get currentRouting(): Routing {
    return this.routing;
  }

  configure(options: RoutingOptions): void {
    this.routing = new Routing(options);
    this.doubt();
  }

  /** It is not known what is stored. */
  doubt(): void {
    this.inhibitor = undefined;
    this.silencesChanged();
  }

  silencesChanged(): void {
    this.generation++;
    this.silencer = undefined;
  }

  /** Who is told of incidents that are about to be stored. */
  async connect(incidents: readonly Incident[]): Promise<Pick<AlertStep, 'receivers'> & Plan> {
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
    const circumstances = this.circumstances(situation);
    if (this.untilDue(circumstances) > 0) return false;
    let isDifferent = false;
    for await (const page of this.standing()) {
      const outdated = page.filter((standing) => isOutOfDate(standing, situation));
      if (outdated.length === 0) continue;
      const incidents = outdated.map(({ incident }) => incident);
      const at = clock.now();
      await store.commitStep({ cursor: 0, at, incidents, receivers, ...planOf(incidents, situation) });
      isDifferent = true;
    }
    this.reviewed = circumstances;
    this.reviewedAt = clock.monotonic();
    return isDifferent;
  }

  /** Milliseconds after which there may be something to look at. */
  restMillis(): number {
    const now = this.dependencies.clock.now();
    const situation = this.knownSituation();
    const untilMinute = this.routing.knowsTime
      ? minuteMillis - (now % minuteMillis)
      : Number.POSITIVE_INFINITY;
    const untilSilence = (this.silencer?.nextChange(now) ?? now) - now;
    const untilDue = situation === undefined ? 0 : this.untilDue(this.circumstances(situation));
    return Math.max(1, Math.min(untilMinute, untilSilence, untilDue));
  }

  /** What fires now, and who is told of it, in the order of their keys. */
  async *firing(): AsyncGenerator<AlertView> {
    // What is found out here is not kept: only one who is told of all that is stored meanwhile may.
    const { routing } = this;
    const inhibitor = this.inhibitor ?? (await this.inhibitorOf(routing));
    const silencer = this.silencer ?? (await this.readSilences());
    const situation = this.situationOf(inhibitor, silencer, routing);
    for await (const page of this.standing())
      for (const { incident } of page) if (incident.state === 'firing') yield viewOf(incident, situation);
  }

  /** Milliseconds until all that stands is to be looked at because of these. */
  private untilDue({ prompt, inhibition }: Circumstances): number {
    if (prompt !== this.reviewed.prompt) return 0;
    if (inhibition === this.reviewed.inhibition) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.reviewedAt + reviewRestMillis - this.dependencies.clock.monotonic());
  }

  private circumstances({ intervals, silences, inhibitor }: Situation): Circumstances {
    const prompt = JSON.stringify([this.generation, [...intervals], silences.map(({ id }) => id)]);
    return { prompt, inhibition: inhibitor.revision };
  }

  private async situation(): Promise<Situation> {
    for (;;) {
      const situation = this.knownSituation();
      if (situation !== undefined) return situation;
      // Another configuration or silence may come while it is found out what there is.
      const { routing, generation } = this;
      const silencer = this.silencer ?? (await this.readSilences());
      const inhibitor = this.inhibitor ?? (await this.inhibitorOf(routing));
      if (generation !== this.generation) continue;
      this.silencer = silencer;
      this.inhibitor = inhibitor;
    }
  }

  /** Undefined as long as something of it is not known. */
  private knownSituation(): Situation | undefined {
    const { inhibitor, silencer } = this;
    if (inhibitor === undefined || silencer === undefined) return undefined;
    return this.situationOf(inhibitor, silencer);
  }

  private situationOf(inhibitor: Inhibitor, silencer: Silencer, routing = this.routing): Situation {
    const { clock, receivers, fallbacks = {} } = this.dependencies;
    const now = clock.now();
    const intervals = routing.intervalsAt(now);
    return { routing, inhibitor, silences: silencer.at(now), intervals, receivers, fallbacks };
  }

  private async readSilences(): Promise<Silencer> {
    return new Silencer(await this.dependencies.store.listSilences());
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

function noteIn(inhibitor: Inhibitor, { key, state, labels, condition }: Incident): void {
  inhibitor.note(key, state === 'firing' ? labels : undefined, condition);
}

/** What it depends on who is told, to see whether it has become different. */
interface Circumstances {
  /** A text that is another one when that is to take effect at once. */
  prompt: string;
  /** A number that rises when other alerts inhibit. */
  inhibition: number;
}
