/** Counted is what happened in so many milliseconds. */
export const countedMillis = 5 * 60_000;
const stepMillis = 15_000;

/** What a count was at some times of the last 5 minutes, and once before that. Times are milliseconds by the monotonic clock. */
export class CountHistory {
  private readonly counts: { at: number; count: number }[];

  constructor(at: number, count: number) {
    this.counts = [{ at, count }];
  }

  add(at: number, count: number): void {
    const { counts } = this;
    const last = counts.at(-1)!;
    if (counts.length > 1 && at - last.at < stepMillis) last.count = count;
    else counts.push({ at, count });
    while (counts.length > 2 && at - counts[1]!.at > countedMillis) counts.shift();
  }

  /** By how much it has risen in the last 5 minutes, about. */
  rise(now: number): number {
    const { counts } = this;
    const since = counts.findLast(({ at }) => now - at >= countedMillis) ?? counts[0]!;
    return counts.at(-1)!.count - since.count;
  }
}
