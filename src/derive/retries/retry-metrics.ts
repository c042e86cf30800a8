import type { Histogram } from '../../metrics/histogram.ts';
import { keepSeries } from '../../metrics/keep-series.ts';
import type { MetricRegistry } from '../../metrics/registry.ts';
import type { Counter, Gauge } from '../../metrics/scalar.ts';
import type { SeriesBudget } from '../../metrics/series-budget.ts';
import type { SeriesSet } from '../../metrics/series-set.ts';
import type { RetryReason } from '../client-calls/failure-reason.ts';
import type { Place } from '../client-calls/place.ts';

export const chainOutcomes = ['recovered', 'exhausted'] as const;
export type ChainOutcome = (typeof chainOutcomes)[number];

/** Seconds: at once, the first steps of usual backoffs, and their longest. */
const delayBounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const attemptBounds = [1, 2, 3, 4, 5, 10];

/** Series expire when nobody touches them. */
const preparedForMillis = 30_000;
const mostPrepared = 64;

/** One retry, as it is counted. */
export interface CountedRetry {
  place: Place;
  method: string;
  reason: RetryReason;
  isUncertain: boolean;
  /** From the end of what failed to the beginning of the next attempt. */
  delaySeconds: number;
  weight: number;
}

/** Retries that were inferred from spans, and what became of the calls. */
export class RetryMetrics {
  private readonly sets: { retries: SeriesSet; chains: SeriesSet; shapes: SeriesSet; ratios: SeriesSet };
  private readonly retries: Counter;
  private readonly chains: Counter;
  private readonly delays: Histogram;
  private readonly lengths: Histogram;
  private readonly ratios: Gauge;
  private readonly storms: Gauge;
  private readonly forgotten: Counter;

  constructor(registry: MetricRegistry, budget: SeriesBudget) {
    const set = (...labels: string[]): SeriesSet =>
      registry.seriesSet({ labels: ['service_name', 'dependency', ...labels], budget });
    this.sets = {
      retries: set('method', 'reason', 'confidence'),
      chains: set('outcome'),
      shapes: set(),
      ratios: set(),
    };
    this.retries = registry.counter({
      name: 'tocsin_inferred_retries_total',
      help: 'Attempts that were inferred from spans to be retries of one that failed, by why that did; weighted by their sampling threshold.',
      series: this.sets.retries,
    });
    this.chains = registry.counter({
      name: 'tocsin_inferred_retry_chains_total',
      help: 'Calls that were tried again, once no more attempts were to come, by what became of them.',
      series: this.sets.chains,
    });
    this.delays = registry.histogram({
      name: 'tocsin_inferred_retry_delay_seconds',
      help: 'From the end of an attempt that failed to the beginning of the next one.',
      series: this.sets.shapes,
      bounds: delayBounds,
    });
    this.lengths = registry.histogram({
      name: 'tocsin_inferred_retry_chain_attempts',
      help: 'Attempts at calls that were tried again, the first included.',
      series: this.sets.shapes,
      bounds: attemptBounds,
    });
    this.ratios = registry.gauge({
      name: 'tocsin_retry_amplification_ratio',
      help: 'How many times as many attempts there were in the last minute as there were calls: 1 = no retries.',
      series: this.sets.ratios,
    });
    this.storms = registry.gauge({
      name: 'tocsin_retry_storm',
      help: '1 while retries multiply the load on a dependency.',
      series: this.sets.ratios,
    });
    this.forgotten = registry.counter({
      name: 'tocsin_inference_evicted_total',
      help: 'Failed calls that had to make room before it was known whether another would make them good.',
    });
    this.forgotten.series();
  }

  /**
   * An attempt failed: what may come of it begins at 0. Not done for each of many: it takes as long as all else.
   * @param now by the monotonic clock
   */
  mayBeRetried(place: Place, method: string, reason: RetryReason, now: number): void {
    const key = `${method} ${reason}`;
    if (place.isOther || now - (place.preparedAt.get(key) ?? Number.NEGATIVE_INFINITY) < preparedForMillis)
      return;
    if (place.preparedAt.size >= mostPrepared) place.preparedAt.clear();
    place.preparedAt.set(key, now);
    const { service, dependency } = place;
    const sets = [
      [this.sets.retries, [service, dependency, method, reason, 'high']],
      ...chainOutcomes.map((outcome) => [this.sets.chains, [service, dependency, outcome]] as const),
    ] as const;
    for (const [set, labels] of sets) keepSeries(set, labels);
  }

  retried({ place, method, reason, isUncertain, delaySeconds, weight }: CountedRetry): void {
    const { retries, shapes } = this.sets;
    const labels = [place.service, place.dependency, method, reason, isUncertain ? 'low' : 'high'];
    this.retries.add(place.isOther ? retries.overflowSeries() : retries.series(labels), weight);
    this.delays.observe(this.of(place, shapes), delaySeconds, weight);
  }

  chainEnded(place: Place, outcome: ChainOutcome, attempts: number, weight: number): void {
    const { chains, shapes } = this.sets;
    const labels = [place.service, place.dependency, outcome];
    this.chains.add(place.isOther ? chains.overflowSeries() : chains.series(labels), weight);
    this.lengths.observe(this.of(place, shapes), attempts, weight);
  }

  evicted(): void {
    this.forgotten.add(this.forgotten.series());
  }

  showRatio(place: Place, ratio: number, isStorm: boolean): void {
    const series = this.of(place, this.sets.ratios);
    // What is for all of them says of none how it is.
    if (this.sets.ratios.isOverflow(series)) return;
    this.ratios.set(series, ratio);
    this.storms.set(series, isStorm ? 1 : 0);
  }

  private of(place: Place, set: SeriesSet) {
    return place.isOther ? set.overflowSeries() : set.series([place.service, place.dependency]);
  }
}
