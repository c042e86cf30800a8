import type { Clock } from '../../runtime/clock.ts';
import type { ClientCall } from '../client-calls/client-call.ts';
import { outcome } from '../client-calls/outcome.ts';
import type { Place } from '../client-calls/place.ts';
import type { BreakerState, BreakerTransition, OpenBreaker } from './breaker-state.ts';
import type { BreakerSummary } from './breaker-summary.ts';
import type { ShadowBreakerMetrics } from './shadow-metrics.ts';
import { openShadow, shadowSummary } from './shadow-summaries.ts';
import type { Instance } from './silence.ts';
import { WatchedBreaker, type WatchedBreakerDependencies } from './watched-breaker.ts';

/** One an instance and dependency. */
const mostBreakers = 1_000;
const forgottenAfterMillis = 15 * 60_000;
/** As often as that it is looked at what waits to be put in order. */
const lookMillis = 250;

interface WatchedInstance extends Instance {
  number: number;
  breakers: Map<Place, WatchedBreaker>;
}

export interface ShadowBreakersDependencies extends Pick<WatchedBreakerDependencies, 'settingsOf'> {
  clock: Clock;
  metrics: ShadowBreakerMetrics;
  /** For who wants to know each of them. */
  onTransition?: (place: Place, transition: BreakerTransition) => void;
}

/** The circuit breakers that an app could have, one for each of its instances and dependencies. */
export class ShadowBreakers {
  private readonly dependencies: ShadowBreakersDependencies;
  private readonly watched = new Map<Place, Map<number, WatchedBreaker>>();
  private readonly instances = new Map<number, WatchedInstance>();
  /** The one that was asked for last: the spans of a request are of one, most often. */
  private last: WatchedInstance | undefined;
  private count = 0;
  private now = 0;
  private unixMillis = 0;
  private lookedAt = Number.NEGATIVE_INFINITY;
  constructor(dependencies: ShadowBreakersDependencies) {
    this.dependencies = dependencies;
  }

  /** Before the calls of a request. */
  begin(): void {
    const { clock } = this.dependencies;
    this.now = clock.monotonic();
    this.unixMillis = clock.now();
    if (this.now - this.lookedAt >= lookMillis) this.look();
  }

  take(call: ClientCall): void {
    // Nobody knows how those would have ended.
    if (call.place.isOther || call.outcome === outcome.aborted) return;
    const isFailure = call.outcome === outcome.failure;
    this.breakerOf(call)?.take(call, isFailure, this.now, this.unixMillis);
  }

  /** An instance did things that it was asked for. */
  worked(instance: number, spans: number): void {
    // One that calls nobody is not to be remembered.
    const known = this.last?.number === instance ? this.last : this.instances.get(instance);
    if (known !== undefined) known.work += spans;
  }

  /** Brings the gauges up to date. */
  show(): void {
    this.begin();
    this.look();
    for (const [place, breakers] of this.watched) {
      const states: Record<BreakerState, number> = { closed: 0, open: 0, half_open: 0 };
      let suspectedOpen = 0;
      for (const breaker of breakers.values()) {
        states[breaker.state]++;
        if (breaker.isSuspectedOpen) suspectedOpen++;
      }
      this.dependencies.metrics.show(place, { states, suspectedOpen });
    }
  }

  /** Nothing more will come: what waits to be put in order goes on. */
  stop(): void {
    for (const breakers of this.watched.values()) for (const breaker of breakers.values()) breaker.flush();
  }

  /** By service and dependency. */
  get all(): BreakerSummary[] {
    return [...this.watched].map(([place, breakers]) => shadowSummary(place, [...breakers.values()]));
  }

  /** Those that are not closed in all instances. */
  get open(): OpenBreaker[] {
    return [...this.watched].flatMap(([place, breakers]) => openShadow(place, [...breakers.values()]) ?? []);
  }

  private instanceOf(number: number): WatchedInstance | undefined {
    if (this.last?.number === number) return this.last;
    let known = this.instances.get(number);
    if (known === undefined) {
      if (this.instances.size >= mostBreakers) return undefined;
      known = { number, work: 0, breakers: new Map() };
      this.instances.set(number, known);
    }
    this.last = known;
    return known;
  }

  private breakerOf({ place, instance: number }: ClientCall): WatchedBreaker | undefined {
    const instance = this.instanceOf(number);
    return instance?.breakers.get(place) ?? this.makeBreaker(place, instance);
  }

  private makeBreaker(place: Place, instance: WatchedInstance | undefined): WatchedBreaker | undefined {
    if (instance === undefined || this.count >= mostBreakers) return undefined;
    const { clock, metrics, settingsOf, onTransition } = this.dependencies;
    const breaker = new WatchedBreaker(place, {
      clock,
      metrics,
      settingsOf,
      instance,
      ...(onTransition === undefined ? {} : { onTransition }),
    });
    const breakers = this.watched.get(place) ?? new Map<number, WatchedBreaker>();
    this.watched.set(place, breakers.set(instance.number, breaker));
    instance.breakers.set(place, breaker);
    this.count++;
    return breaker;
  }

  private look(): void {
    this.lookedAt = this.now;
    for (const [place, breakers] of this.watched) {
      for (const [instance, breaker] of breakers) {
        breaker.look(this.now);
        if (this.now - breaker.heardAt <= forgottenAfterMillis) continue;
        breakers.delete(instance);
        this.forget(instance, place);
      }
      if (breakers.size > 0) continue;
      this.watched.delete(place);
      this.dependencies.metrics.forget(place);
    }
  }

  private forget(number: number, place: Place): void {
    const instance = this.instances.get(number);
    this.count--;
    instance?.breakers.delete(place);
    if (instance?.breakers.size !== 0) return;
    this.instances.delete(number);
    this.last = undefined;
  }
}
