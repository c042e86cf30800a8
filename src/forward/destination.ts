import { readTls } from '../config/tls.ts';
import { type Signal, signals } from '../otlp/signal.ts';
import type { Batch } from '../pipeline/sink.ts';
import { Harmless } from '../redact/harmless.ts';
import type { Clock } from '../runtime/clock.ts';
import type { DestinationEvents } from '../telemetry/destination-events.ts';
import type { Answer } from './answer.ts';
import type { OtlpHttpClient as Client } from './client.ts';
import { compressionOf, type DestinationConfig } from './config.ts';
import { Lane, mostUnderWay } from './lane.ts';
import { costOf, type Parcel, parcelOf, settleAll } from './parcel.ts';
import { ForwardQueue } from './queue.ts';
import { Reminders } from './reminders.ts';
import { type Endpoints, endpointsOf, shownUrl } from './signals.ts';

/** What waits when Tocsin stops has this long to be taken. */
const graceMillis = 2_000;

export interface DestinationDependencies {
  clock: Clock;
  events: DestinationEvents;
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
 * One back end and all that waits for it: whatever becomes of it is no other's concern.
 *
 *   offer ──▶ ForwardQueue ──▶ Lane, one a signal ──▶ OtlpHttpClient ──▶ back end
 *                   ▲            │ judge: taken, refused, or
 *                   └────────────┘ try again after a pause
 */
export class Destination {
  readonly name: string;
  private readonly config: DestinationConfig;
  private readonly dependencies: DestinationDependencies;
  private readonly queue: ForwardQueue;
  private readonly reminders: Reminders;
  private readonly endpoints: Endpoints;
  private readonly lanes = new Map<Signal, Lane>();
  private readonly turnedAway = new Set<Signal>();
  private close: () => Promise<void> = () => Promise.resolve();
  private stopping: Promise<void> | undefined;
  private onIdle: (() => void) | undefined;
  private parcels = 0;
  private hasOverflowed = false;
  /** Items that were not sent when it stopped. */
  abandoned = 0;

  constructor(config: DestinationConfig, dependencies: DestinationDependencies) {
    this.name = config.name;
    this.config = config;
    this.dependencies = dependencies;
    this.queue = new ForwardQueue(config.max_queue);
    this.reminders = new Reminders(dependencies.clock);
    this.endpoints = endpointsOf(config);
    for (const { signal } of this.targets) dependencies.events.signalKnown(signal);
    dependencies.events.queueMeasured(() => this.queue.bytes);
  }

  /** Where what is forwarded; a signal that is not in it is not. */
  get targets(): readonly { signal: Signal; url: URL }[] {
    return signals.flatMap((signal) => {
      const url = this.endpoints[signal];
      return url === undefined || this.turnedAway.has(signal) ? [] : [{ signal, url }];
    });
  }

  takes(signal: Signal): boolean {
    return this.endpoints[signal] !== undefined && !this.turnedAway.has(signal);
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
    if (this.targets.length === 0) return;
    const client = await this.connect();
    const harmless = new Harmless(Object.values(this.config.headers));
    const { dependencies, queue, reminders } = this;
    const onSettled = (): void => this.settled();
    const shared = { ...dependencies, queue, client, harmless, reminders, onSettled };
    for (const { signal, url } of this.targets) {
      const lane = new Lane(signal, shownUrl(url), shared);
      this.lanes.set(signal, lane);
      lane.wake();
    }
  }

  offer(batch: Batch): void {
    const parcel = parcelOf(batch, this.parcels++);
    if (!this.takes(batch.signal)) {
      settleAll(parcel, 'unrouted');
      return;
    }
    if (this.stopping !== undefined) {
      this.abandon([parcel]);
      return;
    }
    const lost = this.queue.add(parcel);
    if (lost.length > 0) this.overflow(lost, parcel);
    this.lanes.get(batch.signal)?.wake();
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

  private async connect(): Promise<Pick<Client, 'post'>> {
    const { config, endpoints, dependencies } = this;
    const { OtlpHttpClient } = await import('./client.ts');
    const connected = new OtlpHttpClient({
      clock: dependencies.clock,
      endpoints,
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
    return {
      post: (signal, bytes, stopped) =>
        around(signal, bytes.length, () => connected.post(signal, bytes, stopped)),
    };
  }

  private async flush(): Promise<void> {
    for (const lane of this.lanes.values()) lane.hurry();
    await this.idle(graceMillis);
    for (const lane of this.lanes.values()) lane.cut();
    for (const signal of signals) this.abandon(this.queue.clear(signal));
    await this.idle(graceMillis);
    await this.close();
    for (const lane of this.lanes.values()) this.abandoned += lane.abandoned;
  }

  /** Ends when nothing is under way and nothing waits, or after a time. */
  private async idle(withinMillis: number): Promise<void> {
    if (this.isIdle) return;
    await new Promise<void>((resolve) => {
      const cancelTimer = this.dependencies.clock.after(withinMillis, resolve);
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
