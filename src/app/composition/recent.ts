import type { Clock } from '../../runtime/clock.ts';

const sliceMillis = 5_000;
const slices = 12;
/** How far back is counted. */
export const recentSeconds = (slices * sliceMillis) / 1000;

/** How often something happened in about the last minute, in a fixed amount of memory. */
export class Recent {
  private readonly clock: Clock;
  private readonly counts = Array.from({ length: slices }, () => 0);
  private newest: number;

  constructor(clock: Clock) {
    this.clock = clock;
    this.newest = this.slice();
  }

  add(): void {
    this.forgetOld();
    this.counts[this.newest % slices]! += 1;
  }

  /** It is over, and was told of for as long as it went on. */
  clear(): void {
    this.counts.fill(0);
  }

  get count(): number {
    this.forgetOld();
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  private forgetOld(): void {
    const now = this.slice();
    const steps = Math.min(slices, now - this.newest);
    for (let step = 1; step <= steps; step++) this.counts[(this.newest + step) % slices] = 0;
    this.newest = Math.max(this.newest, now);
  }

  private slice(): number {
    return Math.floor(this.clock.monotonic() / sliceMillis);
  }
}
