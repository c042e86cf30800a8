import { Interner } from '../otlp/interner.ts';
import type { SpanView } from '../otlp/span-view.ts';
import type { Series } from '../metrics/family.ts';
import type { Histogram } from '../metrics/histogram.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter } from '../metrics/scalar.ts';
import type { SeriesBudget } from '../metrics/series-budget.ts';
import { samplingWeight } from './sampling-weight.ts';
import { TupleIndex } from './tuple-index.ts';

export interface CallMetricsOptions {
  /** The unit of the duration histogram and of its bounds. */
  unit: 'ms' | 's';
  bounds: readonly number[];
}

const labels = ['service_name', 'span_name', 'span_kind', 'status_code'] as const;

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
  (kind) => `SPAN_KIND_${kind}`,
);
const statuses = ['UNSET', 'OK', 'ERROR'].map((status) => `STATUS_CODE_${status}`);

/** Names and services that are told apart; far more than any budget of series lets through. */
const mostNames = 16_384;

/**
 * Calls and their durations from spans, under the names that the Collector's span metrics connector made known.
 * One look-up of four integers a span; strings are only made for a series that is new.
 */
export class CallMetrics {
  private readonly calls: Counter;
  private readonly durations: Histogram;
  private readonly nanosPerUnit: number;
  private readonly names = new Interner(mostNames);
  private readonly index = new TupleIndex(mostNames);
  /** By number in the index. The two families share a budget, so one may have room for what the other has not. */
  private readonly callSeries: Series[] = [];
  private readonly durationSeries: Series[] = [];

  constructor(registry: MetricRegistry, budget: SeriesBudget, options: CallMetricsOptions) {
    const unit = options.unit === 's' ? 'seconds' : 'milliseconds';
    this.nanosPerUnit = options.unit === 's' ? 1e9 : 1e6;
    this.calls = registry.counter({
      name: 'traces_span_metrics_calls_total',
      help: 'Spans that ended, weighted by their sampling threshold.',
      labels,
      budget,
    });
    this.durations = registry.histogram({
      name: `traces_span_metrics_duration_${unit}`,
      help: `Duration of spans in ${unit}.`,
      labels,
      budget,
      bounds: options.bounds,
    });
  }

  /** @param service number of the service's name, as the caller interned it in `serviceName(number)` */
  count(span: SpanView, service: number, serviceName: string): void {
    const traceState = span.traceState;
    const weight = traceState === '' ? 1 : samplingWeight(traceState);
    const number = this.numberOf(span, service, serviceName);
    const durationNanos = Math.max(0, span.durationNanos);
    if (number === -1) {
      this.calls.add(this.calls.overflowSeries(), weight);
      this.durations.observe(this.durations.overflowSeries(), durationNanos / this.nanosPerUnit, weight);
      return;
    }
    this.calls.add(this.callSeries[number]!, weight);
    this.durations.observe(this.durationSeries[number]!, durationNanos / this.nanosPerUnit, weight);
  }

  private numberOf(span: SpanView, service: number, serviceName: string): number {
    const name = span.internName(this.names);
    if (name === -1 || service === -1) return -1;
    const kind = span.kind in kinds ? span.kind : 0;
    const status = span.statusCode in statuses ? span.statusCode : 0;
    const known = this.index.get(service, name, kind, status);
    if (known !== -1) return known;
    const values = [serviceName, this.names.text(name), kinds[kind]!, statuses[status]!];
    const number = this.callSeries.length;
    if (!this.index.set(service, name, kind, status, number)) return -1;
    this.callSeries.push(this.calls.series(values));
    this.durationSeries.push(this.durations.series(values));
    return number;
  }
}
