import type { Signal } from '../otlp/signal.ts';
import type { Batch, Sink } from '../pipeline/sink.ts';
import type { Component } from '../runtime/lifecycle.ts';
import type { ForwardEvents } from '../telemetry/forward-events.ts';
import { destinationsOf, type ForwardConfig } from './config.ts';
import { Destination, type DestinationDependencies } from './destination.ts';
import { fannedOut } from './fan-out.ts';
import { orphansIn } from './spool/orphans.ts';

export interface ForwarderDependencies extends Omit<DestinationDependencies, 'events'> {
  events: ForwardEvents;
}

/** Where a signal goes. */
export interface Target {
  /** Its name. */
  destination: string;
  signal: Signal;
  url: URL;
}

/**
 * Sends everything that is kept to the user's own back ends, by OTLP over HTTP. Nothing waits for them: what one does not take waits
 * for it, within a bound, and is tried again.
 */
export class Forwarder implements Component, Sink {
  readonly name = 'forwarder';
  private readonly dependencies: ForwarderDependencies;
  private readonly destinations: readonly Destination[];
  private stopping: Promise<void> | undefined;

  constructor(config: ForwardConfig, dependencies: ForwarderDependencies) {
    this.dependencies = dependencies;
    this.destinations = destinationsOf(config).map(
      (destination) =>
        new Destination(destination, { ...dependencies, events: dependencies.events.of(destination.name) }),
    );
  }

  /** A signal that is not in it is not forwarded. */
  get targets(): readonly Target[] {
    return this.destinations.flatMap(({ name, targets }) =>
      targets.map((target) => ({ destination: name, ...target })),
    );
  }

  /** In a few words, for people; undefined while all is well, as far as is known. */
  get health(): string | undefined {
    const problems = this.destinations.flatMap(({ name, health }) => {
      if (health === undefined) return [];
      return [this.destinations.length > 1 ? `${name}: ${health}` : health];
    });
    return problems.length === 0 ? undefined : problems.join('; ');
  }

  /** Items that wait on disk, and are taken over by the next process. */
  countedOnDisk(signal: Signal): number {
    return this.destinations.reduce((sum, destination) => sum + destination.countedOnDisk(signal), 0);
  }

  /** @throws TlsUnusable */
  async start(): Promise<void> {
    const { spoolDirectory, events } = this.dependencies;
    const names = this.destinations.map(({ name }) => name);
    if (spoolDirectory !== undefined)
      for (const orphan of await orphansIn(spoolDirectory, names)) events.orphaned(orphan);
    for (const destination of this.destinations) await destination.start();
  }

  offer(batch: Batch): void {
    const takers = this.destinations.filter((destination) => destination.takes(batch.signal));
    if (takers.length === 0) {
      batch.settled('unrouted', batch.items);
      return;
    }
    const batches = takers.length === 1 ? [batch] : fannedOut(batch, takers.length);
    for (const [i, taker] of takers.entries()) taker.offer(batches[i]!, i === 0);
  }

  /** What there is of a signal, and will be, has nowhere to go there: that endpoint must not be used. */
  turnAway({ destination, signal }: Pick<Target, 'destination' | 'signal'>): void {
    this.destinations.find(({ name }) => name === destination)?.turnAway(signal);
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    const { events, isJournaled } = this.dependencies;
    await Promise.all(this.destinations.map((destination) => destination.stop()));
    const abandoned = this.destinations.reduce((sum, destination) => sum + destination.abandoned, 0);
    if (abandoned > 0) events.abandoned(abandoned, isJournaled);
  }
}
