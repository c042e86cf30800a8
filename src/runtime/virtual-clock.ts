import type { CancelTimer, Clock } from './clock.ts';

interface Timer {
  at: number;
  task: () => void;
}

/**
 * Time that goes by as data does: it stands still until it is moved, and on the way every timer runs at its moment, with all that
 * follows from it before the next. What follows must not wait for anything outside of the process.
 */
export class VirtualClock implements Clock {
  private time: number;
  private readonly timers = new Set<Timer>();

  /** @param start milliseconds since the Unix epoch */
  constructor(start: number) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  after(delayMillis: number, task: () => void): CancelTimer {
    const timer = { at: this.time + Math.max(0, delayMillis), task };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** A time that is past already leaves it where it is: data comes out of order, and time does not go back. */
  async advanceTo(time: number): Promise<void> {
    await settled();
    for (let next = this.nextDue(time); next !== undefined; next = this.nextDue(time)) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.task();
      await settled();
    }
    this.time = Math.max(this.time, time);
  }

  /** Goes over time in which nothing is to happen; what was due in it runs with the next step. */
  skipTo(time: number): void {
    this.time = Math.max(this.time, time);
  }

  /** The first of those that are due, in the order in which they were set. */
  private nextDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers)
      if (timer.at <= until && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }
}

/** Once everything that is under way has come as far as it can without time going by. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
