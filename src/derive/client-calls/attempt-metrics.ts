import type { MetricRegistry } from '../../metrics/registry.ts';
import type { Counter } from '../../metrics/scalar.ts';
import type { SeriesBudget } from '../../metrics/series-budget.ts';
import type { Series, SeriesSet } from '../../metrics/series-set.ts';
import type { ClientCall } from './client-call.ts';
import type { Methods } from './methods.ts';
import { callOutcomes } from './outcome.ts';

const expected = [callOutcomes.indexOf('success'), callOutcomes.indexOf('failure')];

/** Attempts at calls, by what became of each. */
export class AttemptMetrics {
  private readonly set: SeriesSet;
  private readonly attempts: Counter;
  private readonly methods: Methods;

  constructor(registry: MetricRegistry, budget: SeriesBudget, methods: Methods) {
    this.methods = methods;
    this.set = registry.seriesSet({ labels: ['service_name', 'dependency', 'method', 'outcome'], budget });
    this.attempts = registry.counter({
      name: 'tocsin_client_attempts_total',
      help: 'Calls to other processes, each attempt by itself, by what became of it; weighted by their sampling threshold.',
      series: this.set,
    });
  }

  count(call: ClientCall): void {
    const { place, method, outcome, weight } = call;
    place.attempts += weight;
    const key = method * callOutcomes.length + outcome;
    let series = place.series.get(key);
    if (series === undefined || !this.set.isLive(series)) {
      series = this.make(call);
      if (!this.set.isOverflow(series)) place.series.set(key, series);
    }
    this.attempts.add(series, weight);
  }

  private make({ place, method, outcome }: ClientCall): Series {
    if (place.isOther) return this.set.overflowSeries();
    const of = (each: number): Series =>
      this.attempts.series([
        place.service,
        place.dependency,
        this.methods.textOf(method),
        callOutcomes[each]!,
      ]);
    // Of both, so that the first failure is an increase.
    for (const each of expected) if (this.set.hasRoom) of(each);
    return of(outcome);
  }
}
