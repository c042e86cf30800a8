import type { CancelTimer, Clock } from '../runtime/clock.ts';

/** As long as the Collector's exporters do. */
export const usualGatherMillis = 200;
/** What waits is enough to be sent without waiting for more; and no more of what may wait at all, so that none has to go for it. */
const enoughBytes = 2 ** 18;
const enoughOfQueue = 1 / 16;

/**
 * Lets what comes shortly after one another go out together: to send a request costs as much as a hundred spans, at both ends. What
 * comes after a quiet time is sent at once.
 */
export class Gathering {
  private readonly clock: Clock;
  private readonly millis: number;
  private readonly enoughBytes: number;
  private readonly onOver: () => void;
  /** By the monotonic clock. */
  private until = 0;
  private cancelTimer: CancelTimer | undefined;

  /**
   * @param millis between two requests of which the second could be larger. @param queueBytes that may wait or be under way.
   * @param onOver called when what waits is to be sent
   */
  constructor(clock: Clock, millis: number, queueBytes: number, onOver: () => void) {
    this.clock = clock;
    this.millis = millis;
    this.enoughBytes = Math.min(enoughBytes, queueBytes * enoughOfQueue);
    this.onOver = onOver;
  }

  /** All that had come is being sent. */
  sent(): void {
    this.until = this.clock.monotonic() + this.millis;
  }

  /** @returns whether more is waited for; then `onOver` is called when that is over. @param waitingBytes of what has come */
  waitsFor(waitingBytes: number): boolean {
    const left = this.until - this.clock.monotonic();
    if (left <= 0 || waitingBytes === 0 || waitingBytes >= this.enoughBytes) return false;
    this.cancelTimer ??= this.clock.after(left, () => {
      this.cancelTimer = undefined;
      // The timer decides: it may come a little before the clock says so.
      this.until = 0;
      this.onOver();
    });
    return true;
  }

  /** Nothing is waited for any more. */
  stop(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    this.until = 0;
  }
}
