import type { CancelTimer, Clock } from '../../runtime/clock.ts';
import { field, none, type Waiters } from './waiters.ts';

/** What came at nearly the same time goes at the same time. */
const leastMillis = 100;

/** Waiters that are kept for the same time each, in the order in which they came. There is a timer only while there are some. */
export class Expiring {
  private readonly waiters: Waiters;
  private readonly clock: Clock;
  private readonly millis: number;
  private readonly onExpired: (waiters: number[]) => void;
  /** The one that came first. */
  oldest = none;
  private newest = none;
  size = 0;
  private timer: CancelTimer | undefined;

  /** @param onExpired told of those whose time is over; they are no longer there then */
  constructor(waiters: Waiters, clock: Clock, millis: number, onExpired: (waiters: number[]) => void) {
    this.waiters = waiters;
    this.clock = clock;
    this.millis = millis;
    this.onExpired = onExpired;
  }

  /** @param waiter that is not there. @param now by the monotonic clock */
  add(waiter: number, now: number): void {
    const { waiters, newest } = this;
    waiters.setUntil(waiter, now + this.millis);
    waiters.set(waiter, field.older, newest);
    if (newest === none) this.oldest = waiter;
    else waiters.set(newest, field.newer, waiter);
    this.newest = waiter;
    this.size++;
    this.timer ??= this.clock.after(this.millis, () => this.expire(this.clock.monotonic()));
  }

  delete(waiter: number): void {
    const { waiters } = this;
    if (waiters.untilOf(waiter) === 0) return;
    const older = waiters.get(waiter, field.older);
    const newer = waiters.get(waiter, field.newer);
    if (older === none) this.oldest = newer;
    else waiters.set(older, field.newer, newer);
    if (newer === none) this.newest = older;
    else waiters.set(newer, field.older, older);
    waiters.setUntil(waiter, 0);
    waiters.set(waiter, field.older, none);
    waiters.set(waiter, field.newer, none);
    this.size--;
  }

  /** Ends the time of all of them now. */
  expireAll(): void {
    this.timer?.();
    this.expire(Number.POSITIVE_INFINITY);
  }

  private expire(now: number): void {
    this.timer = undefined;
    const expired: number[] = [];
    while (this.oldest !== none && this.waiters.untilOf(this.oldest) <= now) {
      expired.push(this.oldest);
      this.delete(this.oldest);
    }
    if (this.oldest !== none) {
      const millis = Math.max(this.waiters.untilOf(this.oldest) - now, leastMillis);
      this.timer = this.clock.after(millis, () => this.expire(this.clock.monotonic()));
    }
    if (expired.length > 0) this.onExpired(expired);
  }
}
