import type { Clock } from '../../runtime/clock.ts';

/** The machine's clock and the monotonic one may drift apart by this between two looks; more, and the clock was set. */
const driftMillis = 10_000;

/**
 * For how long it would have been heard if something had happened. Silence only says something while somebody listens: not while
 * Tocsin was down, its store failed, or a laptop slept.
 */
export class Listening {
  private readonly clock: Clock;
  private since = 0;
  private offset = 0;

  constructor(clock: Clock) {
    this.clock = clock;
    this.begin();
  }

  begin(): void {
    this.since = this.clock.monotonic();
    this.offset = this.clock.now() - this.since;
  }

  /** Milliseconds, without a break, until now. To be asked often: it notices breaks from one question to the next. */
  millis(): number {
    const offset = this.clock.now() - this.clock.monotonic();
    if (Math.abs(offset - this.offset) > driftMillis) this.begin();
    this.offset = offset;
    return this.clock.monotonic() - this.since;
  }
}
