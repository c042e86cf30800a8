import type { DataPoint } from '../../otlp/metric-view.ts';
import type { BreakerState } from '../breakers/breaker-state.ts';
import { type BreakerBook, mostBreakers, type Reporter } from './breaker-book.ts';

import type { Increment } from './increments.ts';
import type { ReportCounts } from './report-counts.ts';
import { type Entries, noEntries, stateAfter, walk } from './state-walk.ts';

/** What a metric has said of one breaker, over all of its points in one request. */
interface Said {
  /** What the counters stand at. */
  totals: Entries;
  /** What was added to them. */
  added: Entries;
  /** Of one of them it is not known what was added. */
  isBaseLine: boolean;
  isDelta: boolean;
  at: number;
  earliest: number;
  /** Said outright. */
  state: BreakerState | undefined;
}

/** What the points of one metric say, one after the other. */
export interface StateSayings {
  isIn: (breaker: string, state: BreakerState, at: number) => void;
  entered: (breaker: string, state: BreakerState, point: DataPoint, increment: Increment) => void;
  /** All of its points were told. */
  end: () => void;
}

/** The state of breakers by metrics: a gauge says it, from counters of changes it follows. */
export class MetricStates {
  private readonly book: BreakerBook;
  private readonly counts: ReportCounts;
  /** By metric and breaker, what it said last; those of which it was long ago at the beginning. */
  private readonly last = new Map<string, { state: BreakerState; at: number }>();

  constructor(book: BreakerBook, counts: ReportCounts) {
    this.book = book;
    this.counts = counts;
  }

  /** @param stream names the metric and the process */
  begin(stream: string, reporter: Reporter): StateSayings {
    const said = new Map<string, Said>();
    const of = (breaker: string, at: number): Said => {
      const known = said.get(breaker) ?? nothingSaid(at);
      said.set(breaker, known);
      known.at = Math.max(known.at, at);
      return known;
    };
    return {
      isIn: (breaker, state, at) => {
        of(breaker, at).state = state;
      },
      entered: (breaker, state, point, increment) => {
        const known = of(breaker, point.timeMillis);
        const isDelta = point.temporality === 'delta';
        known.totals[state] += point.count;
        known.added[state] += increment.amount;
        known.isDelta ||= isDelta;
        if (!isDelta && increment.isFirst && increment.amount === 0) known.isBaseLine = true;
        known.earliest = Math.min(known.earliest, increment.since);
      },
      end: () => {
        for (const [breaker, each] of said)
          this.tell(`${stream.length} ${stream}${breaker}`, breaker, each, reporter);
      },
    };
  }

  private tell(key: string, breaker: string, said: Said, reporter: Reporter): void {
    const last = this.last.get(key);
    const { steps, state } = this.walked(said, last?.state);
    // A gauge was something else at some time since it was asked before.
    const earliest = said.state === undefined ? said.earliest : (last?.at ?? said.at);
    this.book.measured(reporter, breaker, { steps, state, at: said.at, earliest });
    this.last.delete(key);
    this.last.set(key, { state, at: said.at });
    if (this.last.size > mostBreakers) this.last.delete(this.last.keys().next().value!);
  }

  private walked(
    { state, totals, added, isBaseLine, isDelta }: Said,
    last: BreakerState | undefined,
  ): { steps: readonly BreakerState[]; state: BreakerState } {
    if (state !== undefined) return { steps: [], state };
    if (isBaseLine) return { steps: [], state: stateAfter(totals) };
    // It began closed, or what is not known of it is over.
    const before = last ?? (isDelta ? 'closed' : stateAfter(minus(totals, added)));
    const walked = walk(before, added);
    this.counts.unusable('too_many', walked.left);
    return walked;
  }
}

function nothingSaid(at: number): Said {
  return {
    totals: noEntries(),
    added: noEntries(),
    isBaseLine: false,
    isDelta: false,
    at,
    earliest: Infinity,
    state: undefined,
  };
}

function minus(one: Entries, other: Entries): Entries {
  return {
    closed: one.closed - other.closed,
    open: one.open - other.open,
    half_open: one.half_open - other.half_open,
  };
}
