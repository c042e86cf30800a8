import { HashIndex } from '../hash-index.ts';
import type { Awaiting } from './held-part.ts';

/** What waits for spans that are to come, by those spans. Nothing is looked up for a request while there is none. */
export class AwaitedSpans {
  /** The last of those that wait for spans with this hash, which is hardly ever more than one span. */
  private readonly last = new Map<number, Awaiting>();
  private readonly hashes = new HashIndex();

  get none(): boolean {
    return this.last.size === 0;
  }

  /** Whether it is worth a closer look. @param hash of a span that has come */
  mayKnow(hash: number): boolean {
    return this.hashes.has(hash);
  }

  /** @param awaiting that does not wait */
  add(awaiting: Awaiting): void {
    const hash = awaiting.parentHash;
    const before = this.last.get(hash);
    awaiting.before = before;
    awaiting.after = undefined;
    if (before === undefined) this.hashes.add(hash);
    else before.after = awaiting;
    this.last.set(hash, awaiting);
  }

  /** @param awaiting that waits */
  delete(awaiting: Awaiting): void {
    const { before, after, parentHash } = awaiting;
    if (before !== undefined) before.after = after;
    if (after !== undefined) {
      after.before = before;
    } else if (before !== undefined) {
      this.last.set(parentHash, before);
    } else {
      this.last.delete(parentHash);
      this.hashes.delete(parentHash);
    }
  }

  /**
   * What waits for this span no longer does.
   * @returns the one that came first, and behind it the others by `after`
   */
  take(hash: number, bits: number): Awaiting | undefined {
    let taken: Awaiting | undefined;
    let one = this.last.get(hash);
    // From the last to the first, so that the first is the first of what is taken.
    while (one !== undefined) {
      const { before } = one;
      if (one.parentBits === bits) {
        this.delete(one);
        one.before = undefined;
        one.after = taken;
        taken = one;
      }
      one = before;
    }
    return taken;
  }
}
