import type { CancelTimer, Clock } from '../../runtime/clock.ts';

/** Things that are kept for the same time each, in the order in which they came. There is a timer only while there are some. */
export class Expiring<T extends object> {
  private readonly clock: Clock;
  private readonly millis: number;
  private readonly onExpired: (item: T) => void;
  /** By the monotonic clock, when each has had its time. */
  private readonly items = new Map<T, number>();
  private timer: CancelTimer | undefined;

  /** @param onExpired told of each when its time is over; it is no longer there then */
  constructor(clock: Clock, millis: number, onExpired: (item: T) => void) {
    this.clock = clock;
    this.millis = millis;
    this.onExpired = onExpired;
  }

  get size(): number {
    return this.items.size;
  }

  add(item: T): void {
    this.items.set(item, this.clock.monotonic() + this.millis);
    this.timer ??= this.clock.after(this.millis, () => this.expire());
  }

  delete(item: T): void {
    this.items.delete(item);
  }

  /** The one that came first. */
  get oldest(): T | undefined {
    return this.items.keys().next().value;
  }

  /** Ends the time of all of them now. */
  expireAll(): void {
    this.timer?.();
    this.timer = undefined;
    for (const item of this.items.keys()) this.end(item);
  }

  private expire(): void {
    this.timer = undefined;
    const now = this.clock.monotonic();
    for (const [item, until] of this.items) {
      if (until > now) {
        this.timer = this.clock.after(until - now, () => this.expire());
        return;
      }
      this.end(item);
    }
  }

  private end(item: T): void {
    if (this.items.delete(item)) this.onExpired(item);
  }
}
