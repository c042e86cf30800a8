import { HashChains, none } from './hash-chains.ts';

/** What something is known again by: 64 bits, of which the first 32 are asked for alone as well. */
export interface Name {
  readonly hash: number;
  readonly bits: number;
}

/** Of each its name, and the number. */
const columns = 3;

/**
 * A number for each of the last names that were noted; the one that was noted last, if there are several for one. In columns and not as
 * objects: there may be ten thousands, and nearly none is asked for.
 */
export class RecentNumbers {
  private readonly millis: number;
  private readonly capacity: number;
  private readonly chains: HashChains;
  private readonly cells: Int32Array;
  /** By the monotonic clock. */
  private readonly times: Float64Array;
  private written = 0;
  private lastAt = Number.NEGATIVE_INFINITY;

  /**
   * @param capacity a power of 2: beyond it the oldest are forgotten
   * @param millis that each is remembered for
   */
  constructor(capacity: number, millis: number) {
    this.capacity = capacity;
    this.millis = millis;
    this.chains = new HashChains(capacity);
    this.cells = new Int32Array(capacity * columns);
    this.times = new Float64Array(capacity);
  }

  isEmpty(now: number): boolean {
    return now - this.lastAt > this.millis;
  }

  /** @param number of 32 bits */
  note({ hash, bits }: Name, number: number, now: number): void {
    this.written = (this.written + 1) | 0;
    const row = this.written & (this.capacity - 1);
    this.cells[row * columns] = hash;
    this.cells[row * columns + 1] = bits;
    this.cells[row * columns + 2] = number;
    this.times[row] = now;
    this.lastAt = now;
    this.chains.add(hash, this.written);
  }

  /** Whether a name with this hash is among them. */
  mayKnow(hash: number, now: number): boolean {
    return this.rowOf(hash, undefined, now) !== none;
  }

  get({ hash, bits }: Name, now: number): number | undefined {
    const row = this.rowOf(hash, bits, now);
    return row === none ? undefined : this.cells[row * columns + 2];
  }

  private rowOf(hash: number, bits: number | undefined, now: number): number {
    const { cells, chains, written } = this;
    for (let row = chains.first(hash, written); row !== none; row = chains.next(row, written)) {
      if (now - this.times[row]! > this.millis) return none;
      if (cells[row * columns] === hash && (bits === undefined || cells[row * columns + 1] === bits))
        return row;
    }
    return none;
  }
}
