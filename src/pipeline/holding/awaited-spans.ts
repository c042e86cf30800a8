import { HashIndex, nameOf } from '../../runtime/hash-index.ts';
import { field, none, type Waiters } from './waiters.ts';

/** What waits for spans that are to come, by those spans. Nothing is looked up for a request while there is none. */
export class AwaitedSpans {
  private readonly waiters: Waiters;
  /** How many wait for spans with this hash. Two services may use the same ids: those are told apart by their bits. */
  private readonly counts = new HashIndex();
  /** The last of those that wait for spans with this name, which is hardly ever more than one span. */
  private readonly last = new HashIndex();

  constructor(waiters: Waiters) {
    this.waiters = waiters;
  }

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  /** Whether it is worth a closer look. @param hash of a span that has come */
  mayKnow(hash: number): boolean {
    return this.counts.has(hash);
  }

  /** @param waiter that is not there */
  add(waiter: number): void {
    const { waiters, counts, last } = this;
    const hash = waiters.get(waiter, field.hash);
    counts.set(hash, Math.max(0, counts.get(hash)) + 1);
    const name = nameOf(hash, waiters.get(waiter, field.bits));
    const before = last.get(name);
    waiters.set(waiter, field.before, before);
    waiters.set(waiter, field.after, none);
    if (before !== none) waiters.set(before, field.after, waiter);
    last.set(name, waiter);
  }

  /** @param waiter that is there */
  delete(waiter: number): void {
    const { waiters, counts, last } = this;
    const hash = waiters.get(waiter, field.hash);
    const count = counts.get(hash);
    if (count > 1) counts.set(hash, count - 1);
    else counts.delete(hash);
    const before = waiters.get(waiter, field.before);
    const after = waiters.get(waiter, field.after);
    if (before !== none) waiters.set(before, field.after, after);
    if (after !== none) {
      waiters.set(after, field.before, before);
      return;
    }
    const name = nameOf(hash, waiters.get(waiter, field.bits));
    if (before !== none) last.set(name, before);
    else last.delete(name);
  }

  /**
   * What waits for this span no longer does.
   * @param into to which it is added, in the order in which it came
   */
  take(hash: number, bits: number, into: number[]): void {
    const { waiters } = this;
    let first = this.last.get(nameOf(hash, bits));
    if (first === none) return;
    while (waiters.get(first, field.before) !== none) first = waiters.get(first, field.before);
    for (let waiter = first; waiter !== none; ) {
      const after = waiters.get(waiter, field.after);
      if (waiters.get(waiter, field.hash) === hash && waiters.get(waiter, field.bits) === bits) {
        this.delete(waiter);
        into.push(waiter);
      }
      waiter = after;
    }
  }
}
