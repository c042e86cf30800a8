import type { CancelTimer, Clock } from './clock.ts';
import type { Component } from './lifecycle.ts';

/** A round that is under way when the loop is stopped has this long to end by itself before what it waits for is aborted. */
const graceMillis = 1_000;

/**
 * Work that is done one round at a time: when somebody knows of something to do, and at the latest when the last round said.
 * Being woken in the middle of a round leads to one more round, however often it happens.
 */
export class WorkLoop implements Component {
  readonly name: string;
  private readonly clock: Clock;
  private readonly round: () => Promise<number>;
  private readonly abort = new AbortController();
  private stopping = false;
  private working: Promise<void> | undefined;
  private wokenWhileWorking = false;
  private cancelTimer: CancelTimer | undefined;

  /** @param round never throws; returns after how many milliseconds to come again without being woken */
  constructor(name: string, clock: Clock, round: () => Promise<number>) {
    this.name = name;
    this.clock = clock;
    this.round = round;
  }

  /** A round begins nothing new any more once this is true. */
  protected get isStopping(): boolean {
    return this.stopping;
  }

  /** For what a round waits for: aborted when it took too long to stop. */
  protected get abortSignal(): AbortSignal {
    return this.abort.signal;
  }

  start(): Promise<void> {
    this.wake();
    return Promise.resolve();
  }

  /** Waits for the round that is under way: a message half sent is sent again after the restart. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.cancelTimer?.();
    const cancelAbort = this.clock.after(graceMillis, () => this.abort.abort());
    await this.working;
    cancelAbort();
  }

  /** Settled when the round that is under way has ended. */
  protected async roundUnderWay(): Promise<void> {
    await this.working;
  }

  wake(): void {
    if (this.stopping) return;
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
    else if (!this.stopping) this.cancelTimer = this.clock.after(sleepMillis, () => this.wake());
  }
}
