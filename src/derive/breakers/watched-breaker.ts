import type { Clock } from '../../runtime/clock.ts';
import type { Place } from '../client-calls/place.ts';
import type { BreakerState, BreakerTransition } from './breaker-state.ts';
import { CallOrder } from './call-order.ts';
import { type BreakerSettings, ShadowBreaker } from './shadow-breaker.ts';
import type { ShadowBreakerMetrics } from './shadow-metrics.ts';
import { Silence } from './silence.ts';

export interface WatchedBreakerDependencies {
  clock: Clock;
  metrics: Pick<ShadowBreakerMetrics, 'changed' | 'refused' | 'spent' | 'cameLate'>;
  settingsOf: (place: Place) => BreakerSettings;
  /** Spans of work that was asked of the instance, so far. */
  workOf: () => number;
  onTransition?: (place: Place, transition: BreakerTransition) => void;
}

/** Transitions that are remembered. */
const mostRecent = 20;

/** The breaker of one instance and dependency, with what is told of it. */
export class WatchedBreaker {
  /** The last ones, the newest at the end. */
  readonly recent: BreakerTransition[] = [];
  /** All so far; `refused` are those among them that it would have. */
  readonly calls = { success: 0, failure: 0, refused: 0 };
  /** By the monotonic clock. */
  heardAt = 0;
  private readonly clock: Clock;
  private readonly breaker: ShadowBreaker;
  private readonly order: CallOrder;
  private readonly silence: Silence;
  /** The least that a call was behind the clock when it came: exports take time, and clocks differ. */
  private lagMillis = Number.POSITIVE_INFINITY;

  constructor(
    place: Place,
    { clock, metrics, settingsOf, workOf, onTransition }: WatchedBreakerDependencies,
  ) {
    this.clock = clock;
    this.silence = new Silence(workOf);
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
      inState: (state, millis) => metrics.spent(place, state, millis),
    });
    this.order = new CallOrder(
      (call) => this.breaker.take(call),
      () => metrics.cameLate(),
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

  /** @param now by the monotonic clock */
  take(start: number, end: number, isFailure: boolean, now: number): void {
    const { breaker, order } = this;
    this.heardAt = now;
    this.calls[isFailure ? 'failure' : 'success']++;
    this.silence.called(end, isFailure);
    const behind = this.clock.now() - end;
    if (behind < this.lagMillis) this.lagMillis = behind;
    if (!isFailure && order.isIdle && breaker.isQuiet) {
      order.passed(end);
      breaker.take({ start, end, isFailure });
    } else order.add({ start, end, isFailure }, now);
  }

  look(now: number): void {
    this.order.look(now);
    const eventTime = this.clock.now() - this.lagMillis;
    this.silence.look(eventTime);
    // Only as far as nothing can come that ended before.
    if (this.order.isIdle && now - this.heardAt > CallOrder.leastWaitMillis)
      this.breaker.passTo(eventTime - CallOrder.leastWaitMillis);
  }

  flush(): void {
    this.order.flush();
  }
}
