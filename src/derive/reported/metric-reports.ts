import type { DataPoint } from '../../otlp/metric-view.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { BreakerBook, Reporter } from './breaker-book.ts';
import type { BreakerNames } from './breaker-names.ts';
import { type Increment, Increments } from './increments.ts';
import { type ReportMetric, readPoint } from './known-metrics.ts';
import type { MetricSaying } from './metric-saying.ts';
import { MetricStates, type StateSayings } from './metric-states.ts';
import type { ReportCounts } from './report-counts.ts';

/** Points of one metric of one process; who sends more is not read on. */
const mostPoints = 10_000;

/** Reads what metrics say of breakers and retries, as what has been added since the point before. */
export class MetricReports {
  private readonly book: BreakerBook;
  private readonly counts: ReportCounts;
  private readonly names: BreakerNames;
  private readonly increments: Increments;
  private readonly states: MetricStates;

  constructor(book: BreakerBook, counts: ReportCounts, names: BreakerNames, clock: Clock) {
    this.increments = new Increments(clock);
    this.book = book;
    this.counts = counts;
    this.names = names;
    this.states = new MetricStates(book, counts);
  }

  /** @param points of one metric of one process */
  take(name: ReportMetric, points: Iterable<DataPoint>, reporter: Reporter): void {
    const stream = `${reporter.service.length} ${reporter.service}${reporter.instance} ${name}`;
    const states = this.states.begin(stream, reporter);
    let left = mostPoints;
    for (const point of points) {
      if (left-- === 0) {
        this.counts.unusable('too_many');
        break;
      }
      this.takePoint(readPoint(name, point), point, stream, reporter, states);
    }
    states.end();
  }

  private takePoint(
    saying: MetricSaying,
    point: DataPoint,
    stream: string,
    reporter: Reporter,
    states: StateSayings,
  ): void {
    switch (saying.says) {
      case 'nothing':
        this.increments.note(stream, point);
        return;
      case 'unusable':
        this.counts.unusable(saying.reason);
        return;
      case 'state':
        states.isIn(this.names.breaker(saying.breaker), saying.state, point.timeMillis);
        return;
      case 'entries': {
        const increment = this.incrementOf(point, stream, point.count);
        if (increment !== undefined)
          states.entered(this.names.breaker(saying.breaker), saying.state, point, increment);
        return;
      }
      case 'calls': {
        const increment = this.incrementOf(point, stream, point.count);
        if (increment === undefined) return;
        const { amount: count, since, isFirst } = increment;
        const breaker = this.names.breaker(saying.breaker);
        this.book.callsMeasured(reporter, breaker, saying.outcome, { count, since, isFirst });
        return;
      }
      case 'retries': {
        const increment = this.incrementOf(point, stream, saying.value);
        if (increment !== undefined)
          this.counts.retried(reporter.service, this.names.policy(saying.policy), increment.amount);
      }
    }
  }

  private incrementOf(point: DataPoint, stream: string, value: number): Increment | undefined {
    const increment = this.increments.of(stream, keyOf(point), point, value);
    if (typeof increment !== 'string') return increment;
    this.counts.unusable(increment);
    return undefined;
  }
}

/** The same for the same attributes, in whatever order they come. */
function keyOf({ attributes }: DataPoint): string {
  const entries = [...attributes].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries);
}
