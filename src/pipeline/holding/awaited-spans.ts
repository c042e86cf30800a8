import { HashIndex } from '../hash-index.ts';
import { field, none, type Waiters } from './waiters.ts';

/** What waits for spans that are to come, by those spans. Nothing is looked up for a request while there is none. */
export class AwaitedSpans {
  private readonly waiters: Waiters;
  /** The last of those that wait for spans with this hash, which is hardly ever more than one span. */
  private readonly last = new HashIndex();

  constructor(waiters: Waiters) {
    this.waiters = waiters;
  }

  get isEmpty(): boolean {
    return this.last.size === 0;
  }

  /** Whether it is worth a closer look. @param hash of a span that has come */
  mayKnow(hash: number): boolean {
    return this.last.has(hash);
  }

  /** @param waiter that is not there */
  add(waiter: number): void {
    const { waiters, last } = this;
    const hash = waiters.get(waiter, field.hash);
    const before = last.get(hash);
    waiters.set(waiter, field.before, before);
    waiters.set(waiter, field.after, none);
    if (before !== none) waiters.set(before, field.after, waiter);
    last.set(hash, waiter);
  }

  /** @param waiter that is there */
  delete(waiter: number): void {
    const { waiters, last } = this;
    const before = waiters.get(waiter, field.before);
    const after = waiters.get(waiter, field.after);
    if (before !== none) waiters.set(before, field.after, after);
    if (after !== none) waiters.set(after, field.before, before);
    else if (before !== none) last.set(waiters.get(waiter, field.hash), before);
    else last.delete(waiters.get(waiter, field.hash));
  }

  /**
   * What waits for this span no longer does.
   * @param into to which it is added, in the order in which it came
   */
  take(hash: number, bits: number, into: number[]): void {
    const { waiters } = this;
    let first = this.last.get(hash);
    if (first === none) return;
    while (waiters.get(first, field.before) !== none) first = waiters.get(first, field.before);
    for (let waiter = first; waiter !== none; ) {
      const after = waiters.get(waiter, field.after);
      if (waiters.get(waiter, field.bits) === bits) {
        this.delete(waiter);
        into.push(waiter);
      }
      waiter = after;
    }
  }
}
