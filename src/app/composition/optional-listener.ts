import type { CancelTimer, Clock } from '../../runtime/clock.ts';
import { ListenFailed } from '../../runtime/http-server.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Degradations, DegradedPart } from './degradations.ts';

const retryMillis = 10_000;

export interface OptionalListenerDependencies {
  clock: Clock;
  log: Log;
  degradations: Degradations;
}

/** A listener that may be missing: with `--fail-open` a port that is taken keeps nothing else from running, and is tried again. */
export class OptionalListener implements Component {
  readonly name: string;
  private readonly part: DegradedPart;
  private readonly listener: Component;
  private readonly dependencies: OptionalListenerDependencies;
  private isStopping = false;
  private trying: Promise<void> = Promise.resolve();
  private cancelRetry: CancelTimer | undefined;

  constructor(part: DegradedPart, listener: Component, dependencies: OptionalListenerDependencies) {
    this.name = listener.name;
    this.part = part;
    this.listener = listener;
    this.dependencies = dependencies;
  }

  start(): Promise<void> {
    this.trying = this.tryToListen();
    return this.trying;
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.cancelRetry?.();
    // One that opens in this moment is to be closed.
    await this.trying;
    await this.listener.stop();
  }

  private async tryToListen(): Promise<void> {
    const { clock, log, degradations } = this.dependencies;
    const wasMissing = degradations.get(this.part) !== undefined;
    try {
      await this.listener.start();
      if (wasMissing) log.info(`the ${this.name} is open now`);
      degradations.clear(this.part);
    } catch (error) {
      if (!(error instanceof ListenFailed)) throw error;
      const detail = `${error.message}; trying again every ${retryMillis / 1000} s`;
      // Told when it begins, not for every try.
      if (!wasMissing) log.error(`NOT LISTENING: ${detail}`);
      degradations.set({ part: this.part, detail, isFailOpen: true });
      if (this.isStopping) return;
      this.cancelRetry = clock.after(retryMillis, () => {
        // What is no failure to listen is not expected, and is as loud as at the start.
        this.trying = this.tryToListen();
      });
    }
  }
}
