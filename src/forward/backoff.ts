import type { CancelTimer, Clock } from '../runtime/clock.ts';

const firstPauseMillis = 1_000;
const longestPauseMillis = 30_000;
/** No pause is longer, whatever a back end asks for, and none so short that it is no pause. */
const longestAskedMillis = 5 * 60_000;
const shortestAskedMillis = 500;

/**
 * Milliseconds until the next try: what the back end asked for, within reason, else a time that doubles with every failure.
 * @param failures in a row, at least one
 * @param jitter 0 to 1: takes up to half off, or adds up to a tenth to what was asked for, so that many do not come back at once
 */
export function pauseMillis(failures: number, askedMillis: number | undefined, jitter: number): number {
  if (askedMillis === undefined) {
    const pause = Math.min(longestPauseMillis, firstPauseMillis * 2 ** Math.min(failures - 1, 16));
    return pause * (1 - jitter / 2);
  }
  const asked = Math.min(Math.max(askedMillis, shortestAskedMillis), longestAskedMillis);
  return asked * (1 + jitter / 10);
}

/** How often tries have failed, and until when none is made. */
export class Backoff {
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly onOver: () => void;
  /** In a row; several that were under way together count as one. */
  private failures = 0;
  /** An answer to what was sent before the last failure does not say that it works again. */
  failuresEver = 0;
  /** By the monotonic clock. */
  private until = 0;
  private cancelTimer: CancelTimer | undefined;

  /** @param random 0 to 1 @param onOver called when a pause is over */
  constructor(clock: Clock, random: () => number, onOver: () => void) {
    this.clock = clock;
    this.random = random;
    this.onOver = onOver;
  }

  get isFailing(): boolean {
    return this.failures > 0;
  }

  get isPaused(): boolean {
    return this.clock.monotonic() < this.until;
  }

  /** @param askedMillis what the back end asked for, if it did */
  failed(askedMillis: number | undefined): void {
    const now = this.clock.monotonic();
    this.failuresEver++;
    if (now >= this.until) this.failures++;
    else if (askedMillis === undefined) return;
    const until = now + pauseMillis(this.failures, askedMillis, this.random());
    this.until = Math.max(this.until, until);
    this.cancelTimer?.();
    this.cancelTimer = this.clock.after(this.until - now, () => this.over());
  }

  worked(): void {
    this.failures = 0;
  }

  /** No pause is waited for any more. */
  stop(): void {
    this.cancelTimer?.();
    this.until = 0;
  }

  private over(): void {
    // The timer decides: it may come a little before the clock says so.
    this.until = 0;
    this.onOver();
  }
}
