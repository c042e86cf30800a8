import { linesPerCall } from '../metrics/config.ts';
import type { Series } from '../metrics/family.ts';
import type { Histogram } from '../metrics/histogram.ts';
import { labelName } from '../metrics/label-name.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter } from '../metrics/scalar.ts';
import type { SeriesBudget } from '../metrics/series-budget.ts';
import type { SeriesSet } from '../metrics/series-set.ts';
import { spanKind } from '../otlp/span-kind.ts';
import { type SpanView, statusCode } from '../otlp/span-view.ts';
import { type Redaction, usualRedactor } from '../redact/redactor.ts';
import { CallIndex, noRoom } from './call-index.ts';
import { CallRates } from './call-rates.ts';
import { Dimensions } from './dimensions.ts';
import { NameNumbers } from './name-numbers.ts';
import { weightOf } from './sampling-weight.ts';
import { durationNanos } from './span-duration.ts';

export interface CallMetricsOptions {
  /** The unit of the duration histogram and of its bounds. */
  unit: 'ms' | 's';
  bounds: readonly number[];
  /** Keys of attributes that become labels. */
  dimensions?: readonly string[];
  /** Whether buckets refer to their last span. Only where spans are forwarded: there is nothing to follow elsewhere. */
  exemplars?: boolean;
  /** What is taken out of names and dimensions; asked again for each request, as it may be another one after a reload. */
  redaction?: () => Redaction;
}

/** Counts spans. */
export interface CallCounter {
  /**
   * Before the spans of a request are counted.
   * @param unixMillis when it is; milliseconds since the Unix epoch
   */
  begin(unixMillis: number): void;
  /**
   * @param service number of the service's name, never that of another one; -1 if it has none
   * @param isForwarded whether its trace can be looked at
   */
  count(span: SpanView, service: number, serviceName: string, isForwarded: boolean): void;
}

/** For who wants no metrics from spans. Those of others take their time from requests all the same. */
export function noCallMetrics(registry: MetricRegistry): CallCounter {
  return { begin: () => registry.expireStale(), count: () => undefined };
}

/** Labels of every call; the dimensions come after them. */
export const callLabels = ['service_name', 'span_name', 'span_kind', 'status_code'] as const;

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
  (kind) => `SPAN_KIND_${kind}`,
);
const statuses = ['UNSET', 'OK', 'ERROR'].map((status) => `STATUS_CODE_${status}`);

/** What somebody else asked for. */
function isAnswered(kind: number): boolean {
  return kind === spanKind.server || kind === spanKind.consumer;
}

/** Names that are told apart, at least: those that have no room are known as such, too. */
const leastNames = 16_384;
/** Of dimensions, each a group of texts. */
const leastGroups = 4096;

/**
 * Calls and their durations from spans, under the names that the Collector's span metrics connector made known.
 * One look-up of four integers a span; strings are only made for a series that is new.
 */
export class CallMetrics implements CallCounter {
  private readonly registry: MetricRegistry;
  private readonly series: SeriesSet;
  private readonly calls: Counter;
  private readonly durations: Histogram;
  private readonly discarded: Counter;
  private readonly nanosPerUnit: number;
  private readonly hasExemplars: boolean;
  private readonly dimensions: Dimensions | undefined;
  private readonly index: CallIndex;
  private readonly names = new NameNumbers();
  /** Of what the app answers, or takes. */
  readonly rates: CallRates;
  private unixMillis = 0;
  private readonly redaction: () => Redaction;
  /** That the series which are known were named by. */
  private namedBy: Redaction;

  constructor(registry: MetricRegistry, budget: SeriesBudget, options: CallMetricsOptions) {
    const { bounds, dimensions = [], exemplars = false, redaction = () => usualRedactor } = options;
    const unit = options.unit === 's' ? 'seconds' : 'milliseconds';
    this.nanosPerUnit = options.unit === 's' ? 1e9 : 1e6;
    this.registry = registry;
    this.redaction = redaction;
    this.namedBy = redaction();
    this.hasExemplars = exemplars;
    this.series = registry.seriesSet({ labels: [...callLabels, ...dimensions.map(labelName)], budget });
    this.calls = registry.counter({
      name: 'traces_span_metrics_calls_total',
      help: 'Spans that ended, weighted by their sampling threshold.',
      series: this.series,
    });
    this.rates = new CallRates(this.calls);
    this.durations = registry.histogram({
      name: `traces_span_metrics_duration_${unit}`,
      help: `Duration of spans in ${unit}.`,
      series: this.series,
      bounds,
      exemplars,
    });
    this.discarded = registry.counter({
      name: 'tocsin_span_durations_discarded_total',
      help: 'Spans counted without their duration: a time was missing, or they were more than 7 days apart.',
    });
    this.discarded.series();
    // Twice as many as there can be series, so that half of it is free when it has forgotten the others.
    const least = Math.ceil((2 * budget.maxLines) / linesPerCall(bounds.length));
    this.index = new CallIndex(Math.max(leastNames, least));
    const groups = Math.max(leastGroups, least);
    this.dimensions = dimensions.length === 0 ? undefined : new Dimensions(dimensions, groups, redaction);
  }

  begin(unixMillis: number): void {
    this.unixMillis = unixMillis;
    this.names.begin();
    this.dimensions?.begin();
    this.registry.expireStale();
    const redaction = this.redaction();
    if (redaction !== this.namedBy) {
      this.namedBy = redaction;
      this.forget(() => false);
    }
    const isFull = this.index.isFull || this.dimensions?.isFull === true;
    if (isFull && this.series.hasRoom) this.forget((series) => this.series.isLive(series));
  }

  count(span: SpanView, service: number, serviceName: string, isForwarded: boolean): void {
    const weight = weightOf(span);
    const slot = this.slotOf(span, service, serviceName);
    this.calls.addAt(slot, weight);
    const nanos = durationNanos(span);
    if (nanos === -1) {
      this.discarded.add(this.discarded.series());
      return;
    }
    const duration = nanos / this.nanosPerUnit;
    const cell = this.durations.observeAt(slot, duration, weight);
    if (this.hasExemplars && isForwarded) this.durations.exemplify(cell, span, duration, this.unixMillis);
  }

  private slotOf(span: SpanView, service: number, serviceName: string): number {
    const name = service === -1 ? -1 : this.names.of(span, this.index.names);
    const dimensions = this.dimensions === undefined ? 0 : this.dimensions.numberOf(span);
    if (name === -1 || dimensions === -1) return this.series.use(this.series.overflowSeries());
    const kind = span.kind >>> 0 < kinds.length ? span.kind : 0;
    const status = span.statusCode >>> 0 < statuses.length ? span.statusCode : 0;
    const outcome = kind * statuses.length + status;
    const known = this.index.find(service, name, outcome, dimensions);
    if (known >= 0) {
      const slot = this.series.liveSlot(known);
      if (slot !== -1) return slot;
    } else if (known === noRoom && !this.series.hasRoom) {
      return this.series.use(this.series.overflowSeries());
    }
    const operation = this.namedBy.text(this.index.names.text(name));
    const values = [serviceName, operation, kinds[kind]!, statuses[status]!];
    const made = this.series.series([...values, ...(this.dimensions?.values(dimensions) ?? [])]);
    if (isAnswered(kind) && !this.series.isOverflow(made))
      this.rates.watch(made, {
        service: serviceName,
        operation,
        failed: status === statusCode.error,
      });
    this.index.set({ service, name, outcome, dimensions }, this.series.isOverflow(made) ? noRoom : made);
    return this.series.use(made);
  }

  /** @param stays of what has a series, which is at most half of what can be known */
  private forget(stays: (series: Series) => boolean): void {
    this.index.forget(stays, this.dimensions?.forget() ?? (() => 0));
  }
}
