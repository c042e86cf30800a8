import type { Clock } from '../runtime/clock.ts';

/** More kinds than this are told of as if they were one. */
const mostKinds = 256;

/** Who is told of the same thing again and again stops listening: each kind is told once in a while. */
export class Reminders {
  private readonly clock: Clock;
  private readonly toldAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Whether it is time to tell of this; then it counts as told. */
  isDue(kind: string, againAfterMillis = 10 * 60_000): boolean {
    const key = this.toldAt.has(kind) || this.toldAt.size < mostKinds ? kind : '';
    const now = this.clock.monotonic();
    const last = this.toldAt.get(key);
    if (last !== undefined && now - last < againAfterMillis) return false;
    this.toldAt.set(key, now);
    return true;
  }
}
