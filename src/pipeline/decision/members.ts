import type { Fate } from '../fate.ts';
import { none } from '../holding/waiters.ts';
import type { LocalTraces } from '../local-traces.ts';

/** The spans that hang on topmost spans of one request, themselves included, as chains: they are many, and small. */
export class Members {
  private first = new Int32Array(0);
  private counts = new Int32Array(0);
  /** By span, the next that hangs on the same; `none` for the last. */
  next = new Int32Array(0);

  /** @param tops of which all are wanted, and no others. @param fates by topmost span. @param wanted that of them */
  gather(traces: LocalTraces, tops: readonly number[], fates: Uint8Array, wanted: Fate): void {
    const { length } = traces;
    if (this.first.length < length) {
      this.first = new Int32Array(length);
      this.counts = new Int32Array(length);
      this.next = new Int32Array(length);
    }
    const { first, next, counts } = this;
    for (const top of tops) {
      first[top] = none;
      counts[top] = 0;
    }
    for (let index = length - 1; index >= 0; index--) {
      const top = traces.rootOf(index);
      if (fates[top] !== wanted) continue;
      next[index] = first[top]!;
      first[top] = index;
      counts[top]!++;
    }
  }

  firstOf(top: number): number {
    return this.first[top]!;
  }

  countOf(top: number): number {
    return this.counts[top]!;
  }
}
