import { breakerAttributes } from '../../conventions/attributes.ts';
import type { MetricRegistry } from '../../metrics/registry.ts';
import type { SeriesBudget } from '../../metrics/series-budget.ts';
import type { AttributeValue } from '../../otlp/attributes.ts';
import type { DataPoint } from '../../otlp/metric-view.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import { type Redaction, usualRedactor } from '../../redact/redactor.ts';
import type { Clock } from '../../runtime/clock.ts';
import { weightOf } from '../sampling-weight.ts';
import { BreakerBook, type Reporter } from './breaker-book.ts';
import { BreakerMetrics } from './breaker-metrics.ts';
import { BreakerNames } from './breaker-names.ts';
import type { Channel } from './breaker-record.ts';
import { readState } from './breaker-words.ts';
import type { ReportMetric } from './known-metrics.ts';
import { nameIn } from './libraries/name-in.ts';
import { MetricReports } from './metric-reports.ts';
import { ReportCounts } from './report-counts.ts';
import { readSpanReport } from './span-reports.ts';

/** State changes of one span that are read; a breaker opens once in a call. */
const mostChanges = 64;

/** That a breaker is in another state, as an event tells it. */
export interface ChangeEvent {
  /** Milliseconds since the Unix epoch; 0 if it does not say. */
  timeMillis: number;
  attributes: ReadonlyMap<string, AttributeValue>;
}

/** What apps themselves say of their circuit breakers and retries: by spans, their events, log records and metrics. */
export class Reported {
  readonly book: BreakerBook;
  private readonly counts: ReportCounts;
  private readonly names: BreakerNames;
  private readonly metrics: MetricReports;

  /** @param redaction what is taken out of names; it may be another one after a reload */
  constructor(
    clock: Clock,
    registry: MetricRegistry,
    budget: SeriesBudget,
    redaction: () => Redaction = () => usualRedactor,
  ) {
    const metrics = new BreakerMetrics(registry, budget);
    this.counts = new ReportCounts(registry, budget);
    this.book = new BreakerBook(clock, metrics);
    this.names = new BreakerNames(redaction);
    this.metrics = new MetricReports(this.book, this.counts, this.names, clock);
    registry.onCollect(() => metrics.show(this.book));
  }

  /** @param span one of those that the scanner found to tell of it */
  span(span: SpanView, reporter: Reporter): void {
    const changes = span.breakerChanges(mostChanges + 1);
    if (changes.length > mostChanges) this.counts.unusable('too_many');
    for (const change of changes.slice(0, mostChanges)) this.change(change, 'span event', reporter);
    const { call, retry } = readSpanReport(span);
    if (retry !== undefined) this.counts.retried(reporter.service, this.names.policy(retry), weightOf(span));
    if (call === undefined) return;
    if (call.breaker === '') this.counts.unusable('no_name');
    else if (call.outcome === undefined) this.counts.unusable('unknown_outcome');
    else
      this.book.called(
        reporter,
        this.names.breaker(call.breaker),
        call.outcome,
        weightOf(span),
        span.endMillis,
      );
  }

  /** A log record that is named as such events are. */
  logged(change: ChangeEvent, reporter: Reporter): void {
    this.change(change, 'log record', reporter);
  }

  /** @param points of one metric of one process */
  metric(name: ReportMetric, points: Iterable<DataPoint>, reporter: Reporter): void {
    this.metrics.take(name, points, reporter);
  }

  /** Metrics that were not looked at, since one request had too many. */
  leftOut(metrics: number): void {
    this.counts.unusable('too_many', metrics);
  }

  private change({ timeMillis, attributes }: ChangeEvent, channel: Channel, reporter: Reporter): void {
    const name = nameIn(attributes, breakerAttributes.name);
    const to = readState(attributes.get(breakerAttributes.state));
    const from = readState(attributes.get(breakerAttributes.previousState));
    if (name === '') this.counts.unusable('no_name');
    else if (to === undefined) this.counts.unusable('unknown_state');
    else this.book.changed(reporter, this.names.breaker(name), { to, from, at: timeMillis, channel });
  }
}
