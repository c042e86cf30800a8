import type { Clock } from '../../runtime/clock.ts';
import type { ClientCall } from '../client-calls/client-call.ts';
import type { Place } from '../client-calls/place.ts';
import { type BreakerState, type BreakerTransition, breakerStates } from './breaker-state.ts';
import { CallOrder } from './call-order.ts';
import { type BreakerSettings, ShadowBreaker } from './shadow-breaker.ts';
import type { ShadowBreakerMetrics } from './shadow-metrics.ts';
import { type Instance, Silence } from './silence.ts';

export interface WatchedBreakerDependencies {
  clock: Clock;
  metrics: Pick<ShadowBreakerMetrics, 'changed' | 'refused' | 'spent' | 'cameLate' | 'mayOpen'>;
  settingsOf: (place: Place) => BreakerSettings;
  instance: Instance;
  onTransition?: (place: Place, transition: BreakerTransition) => void;
}

/** Series expire when nobody touches them. */
const preparedForMillis = 30_000;
/** Clocks differ by less, and what is sent again later is not older. */
const aheadMillis = 1_000;
const behindMillis = 15 * 60_000;
/** Transitions that are remembered. */
const mostRecent = 20;

/** The breaker of one instance and dependency, with what is told of it. */
export class WatchedBreaker {
  /** The last ones, the newest at the end. */
  readonly recent: BreakerTransition[] = [];
  /** All so far; `refused` are those among them that it would have. */
  readonly calls = { success: 0, failure: 0, refused: 0 };
  /** Milliseconds in each state so far. */
  readonly millisIn: Record<BreakerState, number> = { closed: 0, open: 0, half_open: 0 };
  /** By the monotonic clock. */
  heardAt = 0;
  private readonly clock: Clock;
  private readonly breaker: ShadowBreaker;
  private readonly order: CallOrder;
  private readonly silence: Silence;
  /** The least that a call was behind the clock when it came: exports take time, and clocks differ. */
  private lagMillis = Number.POSITIVE_INFINITY;
  /** When its series were last made sure of, by the monotonic clock. */
  private preparedAt = Number.NEGATIVE_INFINITY;
  private readonly place: Place;
  private readonly metrics: WatchedBreakerDependencies['metrics'];

  constructor(
    place: Place,
    { clock, metrics, settingsOf, instance, onTransition }: WatchedBreakerDependencies,
  ) {
    this.place = place;
    this.clock = clock;
    this.metrics = metrics;
    this.silence = new Silence(instance);
    this.breaker = new ShadowBreaker(settingsOf(place), {
      transition: (transition) => {
        if (this.recent.push(transition) > mostRecent) this.recent.shift();
        if (transition.to === 'open') place.profile.opened(transition.at);
        if (transition.to === 'closed') place.profile.closed(transition.at);
        metrics.changed(place, transition);
        onTransition?.(place, transition);
      },
      openCall: (isFailure) => {
        this.calls.refused++;
        metrics.refused(place, isFailure);
      },
    });
    this.order = new CallOrder(
      (call) => this.breaker.take(call),
      () => metrics.cameLate(),
      () => {
        this.breaker.clockSet();
        this.lagMillis = Number.POSITIVE_INFINITY;
      },
    );
  }

  get state(): BreakerState {
    return this.breaker.state;
  }

  /** What is known of it, for who tells people. */
  get known(): Pick<ShadowBreaker, 'state' | 'since' | 'openedAt' | 'openCalls' | 'failedProbes'> {
    return this.breaker;
  }

  get isSuspectedOpen(): boolean {
    return this.silence.isSuspect;
  }

  /**
   * @param now by the monotonic clock
   * @param unixMillis the same in milliseconds since the Unix epoch
   */
  take(
    { startMillis, endMillis }: Pick<ClientCall, 'startMillis' | 'endMillis'>,
    isFailure: boolean,
    now: number,
    unixMillis: number,
  ): void {
    const { breaker, order } = this;
    const end = believable(endMillis, unixMillis);
    const start = startMillis + end - endMillis;
    if (isFailure) this.prepare(now);
    this.heardAt = now;
    this.calls[isFailure ? 'failure' : 'success']++;
    this.silence.called(end, isFailure);
    const behind = unixMillis - end;
    if (behind < this.lagMillis) this.lagMillis = behind;
    if (!isFailure && order.isCalm && breaker.isQuiet) order.flush();
    // Also what was slow may have opened it.
    if (!isFailure && order.isCalm && order.isEmpty && breaker.isQuiet) {
      order.passed(end);
      breaker.takeWell(start, end);
    } else order.add(start, end, isFailure, now);
  }

  look(now: number): void {
    this.order.look(now);
    const eventTime = this.clock.now() - this.lagMillis;
    this.silence.look(eventTime);
    // Only as far as nothing can come that ended before.
    const { isEmpty, wait } = this.order;
    if (isEmpty && now - this.heardAt > wait && Number.isFinite(eventTime))
      this.breaker.passTo(eventTime - wait);
    const spent = this.breaker.takeSpent();
    for (const state of breakerStates) {
      if (spent[state] === 0) continue;
      this.millisIn[state] += spent[state];
      this.metrics.spent(this.place, state, spent[state]);
    }
  }

  flush(): void {
    this.order.flush();
  }

  /** Not for each of many failures: it takes as long as all else that is done with one. */
  private prepare(now: number): void {
    if (now - this.preparedAt < preparedForMillis) return;
    this.preparedAt = now;
    this.metrics.mayOpen(this.place);
  }
}

/** A time that cannot be true, as that of a clock that is far off, is now: one such must not move all those after it. */
function believable(endMillis: number, unixMillis: number): number {
  const isTrue = endMillis <= unixMillis + aheadMillis && endMillis >= unixMillis - behindMillis;
  return isTrue ? endMillis : unixMillis;
}
