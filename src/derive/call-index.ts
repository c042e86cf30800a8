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
 * Finds the series of a span by four integers. Bounded, so what is in it must be forgotten: a service that never stops making up new
 * names would otherwise fill it for good.
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

  find(service: number, name: number, outcome: number, dimensions: number): Series {
    const number = this.tuples.get(service, name, outcome, dimensions);
    return number === -1 ? unknown : this.seriesOf[number]!;
  }

  /** @returns false if there are too many to be told apart */
  add({ service, name, outcome, dimensions }: CallKey, series: Series): boolean {
    if (!this.tuples.set(service, name, outcome, dimensions, this.entries.length)) return false;
    this.entries.push({ service, name, outcome, dimensions, series });
    this.seriesOf.push(series);
    return true;
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
    for (const entry of entries) {
      if (entry.series === noRoom || !isLive(entry.series)) continue;
      const bytes = names.bytes(entry.name);
      const name = this.names.intern(bytes, 0, bytes.length);
      this.add({ ...entry, name, dimensions: dimensionsOf(entry.dimensions) }, entry.series);
    }
  }
}
