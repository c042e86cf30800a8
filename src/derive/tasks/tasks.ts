import type { MetricRegistry } from '../../metrics/registry.ts';
import type { SeriesBudget } from '../../metrics/series-budget.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import { type Redaction, usualRedactor } from '../../redact/redactor.ts';
import type { CallRates } from '../call-rates.ts';
import { weightOf } from '../sampling-weight.ts';
import { durationNanos } from '../span-duration.ts';
import { TaskBook } from './task-book.ts';
import { TaskMetrics } from './task-metrics.ts';
import { TaskNames } from './task-names.ts';
import type { EndedRun } from './task-record.ts';
import { readTaskRun } from './task-run.ts';

/** Counts runs of jobs and tasks, and knows of each how it went. */
export class Tasks {
  readonly book = new TaskBook();
  private readonly metrics: TaskMetrics;
  /** Of the runs that came to an end. */
  readonly rates: CallRates;
  private readonly names: TaskNames;

  constructor(
    registry: MetricRegistry,
    budget: SeriesBudget,
    redaction: () => Redaction = () => usualRedactor,
  ) {
    this.names = new TaskNames(redaction);
    this.metrics = new TaskMetrics(registry, budget, this.book);
    this.rates = this.metrics.rates;
  }

  /**
   * @param span one of those that the scanner found to have a name for it
   * @param now milliseconds since the Unix epoch
   * @param issueId of its failure, if it is known
   */
  count(span: SpanView, service: string, now: number, issueId?: string): void {
    const run = readTaskRun(span);
    if (run === undefined) return;
    const nanos = durationNanos(span);
    const { outcome, kind } = run;
    const { name, schedule } = this.names.of(run);
    const ended: EndedRun = {
      outcome,
      schedule,
      endedAt: endedAt(span, now),
      duration: nanos === -1 ? undefined : nanos / 1e9,
      weight: weightOf(span),
      traceId: span.traceId,
      issueId,
    };
    const record = this.book.add({ service, kind, name }, ended);
    this.metrics.count(record, ended);
  }
}

/** A success in the future would hide for as long that none comes: an app's clock is not believed when it is ahead of ours. */
function endedAt({ endMillis }: SpanView, now: number): number {
  return endMillis === 0 ? now : Math.min(Math.round(endMillis), now);
}
