import type { CancelTimer, Clock } from '../../src/runtime/clock.ts';

interface Timer {
  at: number;
  task: () => void;
}

/** A clock that only moves when it is told to. Timers run in the order in which they are due. */
export class TestClock implements Clock {
  private time: number;
  private readonly start: number;
  private wallOffset = 0;
  private readonly timers = new Set<Timer>();

  constructor(start = Date.UTC(2026, 0, 2, 3, 4, 5)) {
    this.time = start;
    this.start = start;
  }

  now(): number {
    return this.time + this.wallOffset;
  }

  /** Somebody sets the machine's clock; no time passes. */
  setWall(byMillis: number): void {
    this.wallOffset += byMillis;
  }

  monotonic(): number {
    return this.time - this.start;
  }

  after(delayMillis: number, task: () => void): CancelTimer {
    const timer = { at: this.time + Math.max(0, delayMillis), task };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Moves time on and runs what becomes due on the way; what that sets going runs on by itself. */
  advance(millis: number): void {
    const target = this.time + millis;
    for (let next = this.nextDue(target); next !== undefined; next = this.nextDue(target)) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.task();
    }
    this.time = target;
  }

  get pendingTimers(): number {
    return this.timers.size;
  }

  private nextDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers)
      if (timer.at <= until && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }
}
