import type { Signal } from '../otlp/signal.ts';
import type { Batch, Sink } from '../pipeline/sink.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Component } from '../runtime/lifecycle.ts';
import type { ForwardEvents } from '../telemetry/forward-events.ts';
import type { Answer } from './answer.ts';
import type { OtlpHttpClient as Client } from './client.ts';
import { compressionOf, type ForwardConfig } from './config.ts';
import { Harmless } from '../redact/harmless.ts';
import { Lane, mostUnderWay } from './lane.ts';
import { costOf, type Parcel, parcelOf, settleAll } from './parcel.ts';
import { ForwardQueue } from './queue.ts';
import { Reminders } from './reminders.ts';
import { type Destinations, destinationsOf, shownUrl, signals } from './signals.ts';
import { readTls } from '../config/tls.ts';

/** What waits when Tocsin stops has this long to be taken. */
const graceMillis = 2_000;

export interface ForwarderDependencies {
  clock: Clock;
  events: ForwardEvents;
  /** Of this process, as nobody else's: by it what comes back is known. */
  instance: string;
  /** Of other processes, from which what is forwarded may come. */
  upstream?: () => readonly string[];
  /** What cannot be sent before the end is in the journal, and is sent after the next start. */
  isJournaled: boolean;
  /** 0 to 1. */
  random: () => number;
  /** Every try is made within it. */
  around?: (signal: Signal, bytes: number, post: () => Promise<Answer>) => Promise<Answer>;
}

/**
 * Sends everything that is kept to the user's own back end, by OTLP over HTTP. Nothing waits for it: what the back end does not
 * take waits in memory, within a bound, and is tried again.
 *
 *   offer ──▶ ForwardQueue ──▶ Lane, one a signal ──▶ OtlpHttpClient ──▶ back end
 *                   ▲            │ judge: taken, refused, or
 *                   └────────────┘ try again after a pause
 */
export class Forwarder implements Component, Sink {
  readonly name = 'forwarder';
  private readonly config: ForwardConfig;
  private readonly dependencies: ForwarderDependencies;
  private readonly queue: ForwardQueue;
  private readonly reminders: Reminders;
  private readonly destinations: Destinations;
  private readonly lanes = new Map<Signal, Lane>();
  private readonly turnedAway = new Set<Signal>();
  private close: () => Promise<void> = () => Promise.resolve();
  private stopping: Promise<void> | undefined;
  private onIdle: (() => void) | undefined;
  private parcels = 0;
  private abandoned = 0;
  private hasOverflowed = false;

  constructor(config: ForwardConfig, dependencies: ForwarderDependencies) {
    this.config = config;
    this.dependencies = dependencies;
    this.queue = new ForwardQueue(config.max_queue);
    this.reminders = new Reminders(dependencies.clock);
    this.destinations = destinationsOf(config);
    for (const { signal } of this.targets) dependencies.events.signalKnown(signal);
    dependencies.events.queueMeasured(() => this.queue.bytes);
  }

  /** Where what is forwarded; a signal that is not in it is not. */
  get targets(): readonly { signal: Signal; url: URL }[] {
    return signals.flatMap((signal) => {
      const url = this.destinations[signal];
      return url === undefined || this.turnedAway.has(signal) ? [] : [{ signal, url }];
    });
  }

  /** In a few words, for people; undefined while all is well, as far as is known. */
  get health(): string | undefined {
    const problems = [...this.lanes.values()]
      .filter(({ problem, signal }) => problem !== undefined && !this.turnedAway.has(signal))
      .map(({ signal, problem }) => `${signal}: ${problem}`);
    if (this.hasOverflowed) problems.push('forward.max_queue is full, and the oldest is lost');
    return problems.length === 0 ? undefined : problems.join('; ');
  }

  /** @throws TlsUnusable */
  async start(): Promise<void> {
    const { config, destinations, dependencies, queue, reminders } = this;
    if (this.targets.length === 0) return;
    const { OtlpHttpClient } = await import('./client.ts');
    const connected = new OtlpHttpClient({
      clock: dependencies.clock,
      destinations,
      headers: config.headers,
      instance: dependencies.instance,
      upstream: dependencies.upstream,
      compression: compressionOf(config),
      timeoutMillis: config.timeout,
      tls: readTls(config.tls),
      connections: mostUnderWay,
    });
    this.close = () => connected.close();
    const { around = (_signal, _bytes, post) => post() } = dependencies;
    const client: Pick<Client, 'post'> = {
      post: (signal, bytes, stopped) =>
        around(signal, bytes.length, () => connected.post(signal, bytes, stopped)),
    };
    const harmless = new Harmless(Object.values(config.headers));
    const onSettled = (): void => this.settled();
    const shared = { ...dependencies, queue, client, harmless, reminders, onSettled };
    for (const { signal, url } of this.targets) {
      const lane = new Lane(signal, shownUrl(url), shared);
      this.lanes.set(signal, lane);
      lane.wake();
    }
  }

  offer(batch: Batch): void {
    const { signal } = batch;
    const parcel = parcelOf(batch, this.parcels++);
    if (this.destinations[signal] === undefined || this.turnedAway.has(signal)) {
      settleAll(parcel, 'unrouted');
      return;
    }
    if (this.stopping !== undefined) {
      this.abandon([parcel]);
      return;
    }
    const lost = this.queue.add(parcel);
    if (lost.length > 0) this.overflow(lost, parcel);
    this.lanes.get(signal)?.wake();
  }

  /** What there is of a signal, and will be, has nowhere to go: its endpoint must not be used. */
  turnAway(signal: Signal): void {
    this.turnedAway.add(signal);
    this.lanes.get(signal)?.cut();
    for (const parcel of this.queue.clear(signal)) settleAll(parcel, 'unrouted');
  }

  stop(): Promise<void> {
    this.stopping ??= this.flush();
    return this.stopping;
  }

  private async flush(): Promise<void> {
    const { clock, events, isJournaled } = this.dependencies;
    for (const lane of this.lanes.values()) lane.hurry();
    await this.idle(clock, graceMillis);
    for (const lane of this.lanes.values()) lane.cut();
    for (const signal of signals) this.abandon(this.queue.clear(signal));
    await this.idle(clock, graceMillis);
    await this.close();
    const left = [...this.lanes.values()].reduce((sum, lane) => sum + lane.abandoned, this.abandoned);
    if (left > 0) events.abandoned(left, isJournaled);
  }

  /** Ends when nothing is under way and nothing waits, or after a time. */
  private async idle(clock: Clock, withinMillis: number): Promise<void> {
    if (this.isIdle) return;
    await new Promise<void>((resolve) => {
      const cancelTimer = clock.after(withinMillis, resolve);
      this.onIdle = () => {
        cancelTimer();
        resolve();
      };
    });
  }

  private get isIdle(): boolean {
    return [...this.lanes.values()].every((lane) => lane.isIdle);
  }

  private settled(): void {
    if (this.queue.isRelaxed) this.hasOverflowed = false;
    if (this.isIdle) this.onIdle?.();
  }

  private overflow(parcels: readonly Parcel[], added: Parcel): void {
    const { events } = this.dependencies;
    for (const parcel of parcels) {
      events.itemsSettled(parcel.signal, 'overflowed', parcel.items);
      settleAll(parcel, 'lost');
    }
    if (costOf(added) > this.config.max_queue) {
      if (this.reminders.isDue('too large'))
        events.tooLarge(added.signal, added.bytes.length, this.config.max_queue);
      return;
    }
    if (!this.hasOverflowed) events.overflowed(this.config.max_queue);
    this.hasOverflowed = true;
  }

  private abandon(parcels: readonly Parcel[]): void {
    for (const parcel of parcels) {
      this.abandoned += parcel.items;
      this.dependencies.events.itemsSettled(parcel.signal, 'abandoned', parcel.items);
      if (!this.dependencies.isJournaled) settleAll(parcel, 'lost');
    }
  }
}
