import { keepSeries } from '../../metrics/keep-series.ts';
import type { MetricRegistry } from '../../metrics/registry.ts';
import type { Counter, Gauge } from '../../metrics/scalar.ts';
import type { SeriesBudget } from '../../metrics/series-budget.ts';
import type { SeriesSet } from '../../metrics/series-set.ts';
import type { Place } from '../client-calls/place.ts';
import {
  type BreakerState,
  type BreakerTransition,
  breakerStates,
  breakerTransitions,
} from './breaker-state.ts';

const openOutcomes = ['success', 'failure'] as const;

/** How many breakers of a dependency are in which state, of all instances of a service. */
export interface BreakerCounts {
  states: Readonly<Record<BreakerState, number>>;
  suspectedOpen: number;
}

/** What circuit breakers would do that an app does not have. */
export class ShadowBreakerMetrics {
  private readonly sets: Readonly<
    Record<'states' | 'transitions' | 'times' | 'openCalls' | 'suspected', SeriesSet>
  >;
  private readonly states: Gauge;
  private readonly transitions: Counter;
  private readonly seconds: Counter;
  private readonly openCalls: Counter;
  private readonly suspected: Gauge;
  private readonly late: Counter;

  constructor(registry: MetricRegistry, budget: SeriesBudget) {
    const set = (...labels: string[]): SeriesSet =>
      registry.seriesSet({ labels: ['service_name', 'dependency', ...labels], budget });
    this.sets = {
      states: set('state'),
      transitions: set('from', 'to'),
      times: set('state'),
      openCalls: set('outcome'),
      suspected: set(),
    };
    this.states = registry.gauge({
      name: 'tocsin_shadow_breaker_state',
      help: 'Circuit breakers that are computed from calls, one an instance, by the state that they are in.',
      series: this.sets.states,
    });
    this.transitions = registry.counter({
      name: 'tocsin_shadow_breaker_transitions_total',
      help: 'State changes of circuit breakers that are computed from calls.',
      series: this.sets.transitions,
    });
    this.seconds = registry.counter({
      name: 'tocsin_shadow_breaker_state_seconds_total',
      help: 'Time that circuit breakers that are computed from calls were in a state.',
      series: this.sets.times,
    });
    this.openCalls = registry.counter({
      name: 'tocsin_shadow_breaker_open_calls_total',
      help: 'Calls that were made while a circuit breaker would have refused them, by what became of them.',
      series: this.sets.openCalls,
    });
    this.suspected = registry.gauge({
      name: 'tocsin_shadow_breaker_suspected_real_open',
      help: 'Instances whose calls failed and then stopped, though their work goes on: a breaker of their own may be open.',
      series: this.sets.suspected,
    });
    this.late = registry.counter({
      name: 'tocsin_inference_late_spans_total',
      help: 'Calls that came too late to be put in order for the circuit breakers that are computed from them.',
    });
    this.late.series();
  }

  cameLate(): void {
    this.late.add(this.late.series());
  }

  show(place: Place, { states, suspectedOpen }: BreakerCounts): void {
    for (const state of breakerStates) {
      const series = this.states.series([place.service, place.dependency, state]);
      if (!this.states.isOverflow(series)) this.states.set(series, states[state]);
    }
    const series = this.suspected.series([place.service, place.dependency]);
    if (!this.suspected.isOverflow(series)) this.suspected.set(series, suspectedOpen);
  }

  /** Nothing is known of any of them any more. */
  forget({ service, dependency }: Place): void {
    for (const state of breakerStates) this.sets.states.end([service, dependency, state]);
    this.sets.suspected.end([service, dependency]);
  }

  /** A call failed: what may come of it begins at 0. */
  mayOpen({ service, dependency }: Place): void {
    const { transitions: changes, openCalls, times } = this.sets;
    for (const [from, to] of breakerTransitions) keepSeries(changes, [service, dependency, from, to]);
    for (const outcome of openOutcomes) keepSeries(openCalls, [service, dependency, outcome]);
    for (const state of breakerStates) keepSeries(times, [service, dependency, state]);
  }

  changed({ service, dependency }: Place, { from, to }: BreakerTransition): void {
    this.transitions.add(this.transitions.series([service, dependency, from, to]));
  }

  refused({ service, dependency }: Place, isFailure: boolean): void {
    this.openCalls.add(this.openCalls.series([service, dependency, isFailure ? 'failure' : 'success']));
  }

  spent({ service, dependency }: Place, state: BreakerState, millis: number): void {
    this.seconds.add(this.seconds.series([service, dependency, state]), millis / 1000);
  }
}
