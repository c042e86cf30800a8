import type { CancelTimer, Clock } from '../../runtime/clock.ts';

/** What came at nearly the same time goes at the same time. */
const leastMillis = 100;

/** What can be kept for a while: it is in the list itself, since very many come and go. */
export interface Expirable<T> {
  /** By the monotonic clock, when it has had its time; 0 if it is not kept. */
  until: number;
  /** Those that came just before it and after it. */
  older: T | undefined;
  newer: T | undefined;
}

/** Things that are kept for the same time each, in the order in which they came. There is a timer only while there are some. */
export class Expiring<T extends Expirable<T>> {
  private readonly clock: Clock;
  private readonly millis: number;
  private readonly onExpired: (items: T[]) => void;
  /** The one that came first. */
  oldest: T | undefined;
  private newest: T | undefined;
  size = 0;
  private timer: CancelTimer | undefined;

  /** @param onExpired told of those whose time is over; they are no longer there then */
  constructor(clock: Clock, millis: number, onExpired: (items: T[]) => void) {
    this.clock = clock;
    this.millis = millis;
    this.onExpired = onExpired;
  }

  /** @param item that is not there */
  add(item: T): void {
    item.until = this.clock.monotonic() + this.millis;
    item.older = this.newest;
    if (this.newest === undefined) this.oldest = item;
    else this.newest.newer = item;
    this.newest = item;
    this.size++;
    this.timer ??= this.clock.after(this.millis, () => this.expire(this.clock.monotonic()));
  }

  delete(item: T): void {
    if (item.until === 0) return;
    const { older, newer } = item;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    item.until = 0;
    item.older = undefined;
    item.newer = undefined;
    this.size--;
  }

  /** Ends the time of all of them now. */
  expireAll(): void {
    this.timer?.();
    this.expire(Number.POSITIVE_INFINITY);
  }

  private expire(now: number): void {
    this.timer = undefined;
    const expired: T[] = [];
    for (let item = this.oldest; item !== undefined && item.until <= now; item = this.oldest) {
      this.delete(item);
      expired.push(item);
    }
    if (this.oldest !== undefined) {
      const millis = Math.max(this.oldest.until - now, leastMillis);
      this.timer = this.clock.after(millis, () => this.expire(this.clock.monotonic()));
    }
    if (expired.length > 0) this.onExpired(expired);
  }
}
