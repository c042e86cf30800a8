import type { CancelTimer, Clock } from './clock.ts';
import type { Component } from './lifecycle.ts';

/**
 * Work that is done one round at a time: when somebody knows of something to do, and at the latest when the last round said.
 * Being woken in the middle of a round leads to one more round, however often it happens.
 */
export class WorkLoop implements Component {
  readonly name: string;
  private readonly clock: Clock;
  private readonly round: () => Promise<number>;
  private readonly stopping = new AbortController();
  private working: Promise<void> | undefined;
  private wokenWhileWorking = false;
  private cancelTimer: CancelTimer | undefined;

  /** @param round never throws; returns after how many milliseconds to come again without being woken */
  constructor(name: string, clock: Clock, round: () => Promise<number>) {
    this.name = name;
    this.clock = clock;
    this.round = round;
  }

  /** Aborted when the loop is to stop. */
  get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  start(): Promise<void> {
    this.wake();
    return Promise.resolve();
  }

  /** Waits for the round that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.cancelTimer?.();
    await this.working;
  }

  wake(): void {
    if (this.stopSignal.aborted) return;
    if (this.working !== undefined) {
      this.wokenWhileWorking = true;
      return;
    }
    this.cancelTimer?.();
    this.wokenWhileWorking = false;
    this.working = this.round().then((sleepMillis) => this.rest(sleepMillis));
  }

  private rest(sleepMillis: number): void {
    this.working = undefined;
    if (this.wokenWhileWorking) this.wake();
    else if (!this.stopSignal.aborted) this.cancelTimer = this.clock.after(sleepMillis, () => this.wake());
  }
}
