import type { Clock } from '../../runtime/clock.ts';

/** Parts of local traces that are held in a second, at the most, and as many at once. */
const partsPerSecond = 10_000;

/**
 * How many parts may be held. To hold one takes a few microseconds, and of an app that sends very much, most local traces come in
 * parts: this bounds it to a twentieth of a processor.
 */
export class HoldBudget {
  private readonly clock: Clock;
  private left = partsPerSecond;
  /** By the monotonic clock. */
  private at: number;

  constructor(clock: Clock) {
    this.clock = clock;
    this.at = clock.monotonic();
  }

  /** @returns false if it is used up; nothing is taken then */
  take(parts: number): boolean {
    const now = this.clock.monotonic();
    this.left = Math.min(partsPerSecond, this.left + ((now - this.at) / 1000) * partsPerSecond);
    this.at = now;
    if (parts > this.left) return false;
    this.left -= parts;
    return true;
  }
}
