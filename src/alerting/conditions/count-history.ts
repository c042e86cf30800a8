const windowMillis = 5 * 60_000;
const stepMillis = 15_000;

/** What a count was at some times of the last 5 minutes, and once before that. Times are milliseconds since the Unix epoch. */
export class CountHistory {
  private readonly counts: { at: number; count: number }[];

  constructor(at: number, count: number) {
    this.counts = [{ at, count }];
  }

  add(at: number, count: number): void {
    const { counts } = this;
    const last = counts.at(-1)!;
    if (counts.length > 1 && at - last.at < stepMillis && at >= last.at) last.count = count;
    else counts.push({ at, count });
    while (counts.length > 2 && at - counts[1]!.at > windowMillis) counts.shift();
  }

  /** By how much it has risen in the last 5 minutes, about. */
  rise(now: number): number {
    const { counts } = this;
    const since = counts.findLast(({ at }) => now - at >= windowMillis) ?? counts[0]!;
    return counts.at(-1)!.count - since.count;
  }
}
