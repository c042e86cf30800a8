import type { CancelTimer, Clock } from './clock.ts';
import type { Component } from './lifecycle.ts';

/** A round that is under way when the loop is stopped has this long to end by itself before what it waits for is aborted. */
const graceMillis = 1_000;

export interface Pace {
  /** After a round it rests for so many times as long as that took … */
  times: number;
  /** … but no longer than this, however often it is woken. */
  mostMillis: number;
}

const restless: Pace = { times: 0, mostMillis: 0 };

/**
 * Work that is done one round at a time: when somebody knows of something to do, and at the latest when the last round said.
 * Being woken in the middle of a round, or while it rests after one, leads to one more round, however often it happens.
 */
export class WorkLoop implements Component {
  readonly name: string;
  private readonly clock: Clock;
  private readonly round: () => Promise<number>;
  private readonly pace: Pace;
  private readonly abort = new AbortController();
  private stopping = false;
  private working: Promise<void> | undefined;
  private wokenMeanwhile = false;
  /** By the monotonic clock. */
  private restsUntil = Number.NEGATIVE_INFINITY;
  /** When the last round said to come again. */
  private dueAt = Number.NEGATIVE_INFINITY;
  private cancelTimer: CancelTimer | undefined;

  /** @param round never throws; returns after how many milliseconds to come again without being woken */
  constructor(name: string, clock: Clock, round: () => Promise<number>, pace = restless) {
    this.name = name;
    this.clock = clock;
    this.round = round;
    this.pace = pace;
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

  /**
   * Waits for the round that is under way, since a message half sent is sent again after the restart; and for one more, if there is
   * something to do that only waited for its time.
   */
  async stop(): Promise<void> {
    if (!this.stopping && this.working === undefined && this.wokenMeanwhile) this.begin();
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
    this.wokenMeanwhile = true;
    if (this.working === undefined) this.beginInTime();
  }

  private beginInTime(): void {
    const millis = Math.min(this.restsUntil, this.dueAt) - this.clock.monotonic();
    if (millis > 0) this.sleep(millis);
    else this.begin();
  }

  private begin(): void {
    this.cancelTimer?.();
    this.wokenMeanwhile = false;
    const beganAt = this.clock.monotonic();
    this.working = this.round().then((sleepMillis) => this.rest(sleepMillis, beganAt));
  }

  private rest(sleepMillis: number, beganAt: number): void {
    const { times, mostMillis } = this.pace;
    const now = this.clock.monotonic();
    this.working = undefined;
    this.restsUntil = now + Math.min((now - beganAt) * times, mostMillis);
    this.dueAt = now + sleepMillis;
    if (this.stopping) return;
    if (this.wokenMeanwhile) this.beginInTime();
    else this.sleep(sleepMillis);
  }

  private sleep(millis: number): void {
    this.cancelTimer?.();
    this.cancelTimer = this.clock.after(millis, () => this.wokenFromSleep());
  }

  /** The timer decides: it may come a little before the clock says so. */
  private wokenFromSleep(): void {
    if (!this.stopping && this.working === undefined) this.begin();
  }
}
