import { keepSeries } from '../../metrics/keep-series.ts';
import type { MetricRegistry } from '../../metrics/registry.ts';
import type { Counter, Gauge } from '../../metrics/scalar.ts';
import type { SeriesBudget } from '../../metrics/series-budget.ts';
import type { SeriesSet } from '../../metrics/series-set.ts';
import {
  type BreakerState,
  type BreakerTransition,
  breakerStates,
  breakerTransitions,
} from '../breakers/breaker-state.ts';
import type { BreakerBook, BreakerCounts } from './breaker-book.ts';
import type { BreakerRecord } from './breaker-record.ts';
import { type BreakerOutcome, breakerOutcomes } from './breaker-words.ts';

/** The breakers of one service that have one name, in however many instances. */
type Group = Pick<BreakerRecord, 'service' | 'name'>;

/** What apps report of their breakers. Instances are no labels: of each state it is said how many are in it. */
export class BreakerMetrics implements BreakerCounts {
  private readonly sets: Readonly<Record<'states' | 'seconds' | 'transitions' | 'calls', SeriesSet>>;
  private readonly states: Gauge;
  private readonly seconds: Counter;
  private readonly transitions: Counter;
  private readonly callsTotal: Counter;
  private readonly evictions: Counter;
  /** Those that have series. */
  private shown = new Map<string, Group>();

  constructor(registry: MetricRegistry, budget: SeriesBudget) {
    const set = (...labels: string[]): SeriesSet =>
      registry.seriesSet({ labels: ['service_name', 'breaker', ...labels], budget });
    this.sets = {
      states: set('state'),
      seconds: set('state'),
      transitions: set('from', 'to'),
      calls: set('outcome'),
    };
    this.states = registry.gauge({
      name: 'tocsin_breaker_state',
      help: 'Instances of the service whose circuit breaker is in this state, as they report it.',
      series: this.sets.states,
    });
    this.transitions = registry.counter({
      name: 'tocsin_breaker_transitions_total',
      help: 'Reported changes of the state of circuit breakers.',
      series: this.sets.transitions,
    });
    this.callsTotal = registry.counter({
      name: 'tocsin_breaker_calls_total',
      help: 'Reported calls through circuit breakers, and those that they refused.',
      series: this.sets.calls,
    });
    this.seconds = registry.counter({
      name: 'tocsin_breaker_state_seconds_total',
      help: 'Time that circuit breakers were in this state, of all instances together.',
      series: this.sets.seconds,
    });
    this.evictions = registry.counter({
      name: 'tocsin_breakers_evicted_total',
      help: 'Circuit breakers that were forgotten, since there were too many.',
    });
    this.evictions.series();
  }

  transition({ service, name }: BreakerRecord, { from, to }: BreakerTransition): void {
    this.transitions.add(this.transitions.series([service, name, from, to]));
  }

  calls({ service, name }: BreakerRecord, outcome: BreakerOutcome, count: number): void {
    this.callsTotal.add(this.callsTotal.series([service, name, outcome]), count);
  }

  spent({ service, name }: BreakerRecord, state: BreakerState, millis: number): void {
    this.seconds.add(this.seconds.series([service, name, state]), millis / 1000);
  }

  evicted(): void {
    this.evictions.add(this.evictions.series());
  }

  /** Brings all series up to now; those of breakers that are gone end. */
  show(book: BreakerBook): void {
    book.settle();
    const shown = new Map<string, Group>();
    for (const [key, records] of Map.groupBy(book.all, keyOf)) {
      const { service, name } = records[0]!;
      shown.set(key, { service, name });
      this.showGroup({ service, name }, records);
    }
    for (const [key, group] of this.shown) if (!shown.has(key)) this.end(group);
    this.shown = shown;
  }

  private showGroup({ service, name }: Group, records: readonly BreakerRecord[]): void {
    const isKnown = records.some(({ state }) => state !== undefined);
    for (const state of breakerStates) {
      if (!isKnown) break;
      const labels = [service, name, state];
      const count = records.filter((record) => record.state === state).length;
      if (keepSeries(this.sets.states, labels)) this.states.set(this.states.series(labels), count);
      keepSeries(this.sets.seconds, labels);
    }
    if (isKnown)
      for (const [from, to] of breakerTransitions)
        keepSeries(this.sets.transitions, [service, name, from, to]);
    for (const outcome of breakerOutcomes) keepSeries(this.sets.calls, [service, name, outcome]);
  }

  private end({ service, name }: Group): void {
    for (const state of breakerStates) {
      this.sets.states.end([service, name, state]);
      this.sets.seconds.end([service, name, state]);
      for (const to of breakerStates) this.sets.transitions.end([service, name, state, to]);
    }
    for (const outcome of breakerOutcomes) this.sets.calls.end([service, name, outcome]);
  }
}

function keyOf({ service, name }: Group): string {
  return `${service.length}:${service}${name}`;
}
