import type { Series } from '../metrics/family.ts';
import { Interner } from '../otlp/interner.ts';
import { TupleIndex } from './tuple-index.ts';

/** What a series is known by: numbers for its labels. */
export interface CallKey {
  service: number;
  name: number;
  /** Kind and status. */
  outcome: number;
  /** Further labels, as one number. */
  dimensions: number;
}

interface Entry extends CallKey {
  series: Series;
}

/** There is no series for these labels, since there was no room for one. */
export const noRoom = -1;
export const unknown = -2;

/**
 * Finds the series of a span by four integers. Bounded, so when it is full it must forget: a service that never stops making up new
 * names would otherwise fill it for good. Until then it may know series that have expired.
 */
export class CallIndex {
  names: Interner;
  private readonly capacity: number;
  private readonly tuples: TupleIndex;
  private entries: Entry[] = [];
  /** By number in the index, apart from the entries, since this is what is read for every span. */
  private seriesOf: Series[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
    this.names = new Interner(capacity);
    this.tuples = new TupleIndex(capacity);
  }

  /** @returns the series, `noRoom` or `unknown` */
  find(service: number, name: number, outcome: number, dimensions: number): Series {
    const number = this.tuples.get(service, name, outcome, dimensions);
    return number === -1 ? unknown : this.seriesOf[number]!;
  }

  /** Remembers a series, in place of the one that had these labels before; not if it is full. */
  set(key: CallKey, series: Series): void {
    const { service, name, outcome, dimensions } = key;
    const known = this.tuples.get(service, name, outcome, dimensions);
    if (known !== -1) {
      this.entries[known]!.series = series;
      this.seriesOf[known] = series;
    } else if (this.tuples.set(service, name, outcome, dimensions, this.entries.length)) {
      this.entries.push({ service, name, outcome, dimensions, series });
      this.seriesOf.push(series);
    }
  }

  get isFull(): boolean {
    return this.names.size === this.capacity || this.tuples.isFull;
  }

  /**
   * Forgets what has no series, and the names that are in no other.
   * @param dimensionsOf a new number for the dimensions of what stays
   */
  forget(isLive: (series: Series) => boolean, dimensionsOf: (old: number) => number): void {
    const { names, entries } = this;
    this.names = new Interner(this.capacity);
    this.tuples.clear();
    this.entries = [];
    this.seriesOf = [];
    // A service that was numbered anew has the same series under both numbers; only the last is asked for.
    const kept = new Set<Series>();
    for (const entry of entries.toReversed()) {
      const { series, service, outcome } = entry;
      if (series === noRoom || kept.has(series) || !isLive(series)) continue;
      kept.add(series);
      const name = this.names.internFrom(names, entry.name);
      this.set({ service, name, outcome, dimensions: dimensionsOf(entry.dimensions) }, series);
    }
  }
}
