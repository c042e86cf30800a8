export const none = -1;

/**
 * Finds the rows of a ring by 32 bits that some have in common, the newest first. Nothing is ever taken out: a row that has been used again
 * ends the chain that it was in, since all behind it are older. So each costs two numbers to put in, and nothing to forget.
 */
export class HashChains {
  private readonly capacity: number;
  /** Of the newest row with these last bits, how many rows had been written up to it. */
  private readonly heads: Int32Array;
  private readonly befores: Int32Array;
  private readonly mask: number;

  /** @param capacity of the ring, a power of 2 */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.mask = capacity - 1;
    this.heads = new Int32Array(capacity);
    this.befores = new Int32Array(capacity);
  }

  /** @param written how many rows have been written up to this one, which is in the row after as many */
  add(key: number, written: number): void {
    const head = key & this.mask;
    this.befores[written & this.mask] = this.heads[head]!;
    this.heads[head] = written;
  }

  /** The newest that may have this key: others may be among them. `none` if there is none. */
  first(key: number, written: number): number {
    return this.rowOf(this.heads[key & this.mask]!, written);
  }

  next(row: number, written: number): number {
    return this.rowOf(this.befores[row]!, written);
  }

  private rowOf(at: number, written: number): number {
    const age = (written - at) | 0;
    return at === 0 || age < 0 || age >= this.capacity ? none : at & this.mask;
  }
}
