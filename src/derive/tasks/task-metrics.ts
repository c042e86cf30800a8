import type { Histogram } from '../../metrics/histogram.ts';
import { keepSeries } from '../../metrics/keep-series.ts';
import type { MetricRegistry } from '../../metrics/registry.ts';
import type { Counter, Gauge } from '../../metrics/scalar.ts';
import type { SeriesBudget } from '../../metrics/series-budget.ts';
import type { SeriesSet } from '../../metrics/series-set.ts';
import { CallRates } from '../call-rates.ts';
import type { TaskBook } from './task-book.ts';
import type { EndedRun, TaskRecord } from './task-record.ts';
import { type TaskOutcome, taskOutcomes } from './task-run.ts';

/** Seconds: from a task of a queue to a job that takes the night. */
const bounds = [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400];

/**
 * Jobs whose series do not expire while they are scraped: a nightly job is silent for far longer than other series are kept, and when
 * it last succeeded is asked for just then. Tasks run more often. Those that ran last; together they take half of the default budget.
 */
const mostStanding = 64;

/** Runs of jobs and tasks, their durations, and when each job last succeeded. */
export class TaskMetrics {
  private readonly sets: { runs: SeriesSet; durations: SeriesSet; successes: SeriesSet };
  private readonly runs: Counter;
  private readonly durations: Histogram;
  private readonly successes: Gauge;
  readonly rates: CallRates;

  /** @param book whose jobs have series */
  constructor(registry: MetricRegistry, budget: SeriesBudget, book: TaskBook) {
    const set = (...labels: string[]): SeriesSet =>
      registry.seriesSet({ labels: ['service_name', 'task', ...labels], budget });
    this.sets = { runs: set('kind', 'outcome'), durations: set('kind'), successes: set() };
    this.runs = registry.counter({
      name: 'tocsin_task_runs_total',
      help: 'Runs of jobs and tasks that ended, by what became of them, weighted by their sampling threshold.',
      series: this.sets.runs,
    });
    this.rates = new CallRates(this.runs);
    this.durations = registry.histogram({
      name: 'tocsin_task_duration_seconds',
      help: 'How long runs of jobs and tasks took.',
      series: this.sets.durations,
      bounds,
    });
    this.successes = registry.gauge({
      name: 'tocsin_job_last_success_timestamp_seconds',
      help: 'When a run of the job last ended well, by the clock of its app; 0 = never, as far as is known.',
      series: this.sets.successes,
    });
    registry.onCollect(() => this.keepJobs(book));
  }

  count(record: TaskRecord, { outcome, duration, weight }: EndedRun): void {
    const labels = labelsOf(record);
    // Of every outcome, so that the first of each is an increase.
    for (const each of taskOutcomes) keepSeries(this.sets.runs, labels.run(each));
    const series = this.runs.series(labels.run(outcome));
    // An attempt before another is no end.
    if (outcome !== 'retried' && !this.runs.isOverflow(series))
      this.rates.watch(series, {
        service: record.service,
        operation: record.name,
        failed: outcome === 'failure',
      });
    this.runs.add(series, weight);
    const durations = this.durations.series(labels.task);
    if (duration !== undefined) this.durations.observe(durations, duration, weight);
    if (record.kind === 'job') this.showSuccess(record);
  }

  private keepJobs(book: TaskBook): void {
    for (const job of book.all.filter(({ kind }) => kind === 'job').slice(-mostStanding)) {
      const labels = labelsOf(job);
      for (const outcome of taskOutcomes) keepSeries(this.sets.runs, labels.run(outcome));
      keepSeries(this.sets.durations, labels.task);
      if (keepSeries(this.sets.successes, labels.job)) this.showSuccess(job);
    }
  }

  private showSuccess(job: TaskRecord): void {
    const series = this.successes.series(labelsOf(job).job);
    // What is for all of them says of none when it was.
    if (!this.successes.isOverflow(series)) this.successes.set(series, job.lastSuccessAt / 1000);
  }
}

function labelsOf({ service, name, kind }: TaskRecord) {
  return {
    run: (outcome: TaskOutcome) => [service, name, kind, outcome],
    task: [service, name, kind],
    job: [service, name],
  };
}
