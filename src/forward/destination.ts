import { join } from 'node:path';
import { type Signal, signals } from '../otlp/signal.ts';
import type { PendingItems } from '../pipeline/pending-items.ts';
import type { Batch } from '../pipeline/sink.ts';
import { Harmless } from '../redact/harmless.ts';
import type { Clock } from '../runtime/clock.ts';
import type { DestinationEvents } from '../telemetry/destination-events.ts';
import type { DestinationConfig } from './config.ts';
import { type ConnectDependencies, connect } from './connect.ts';
import { Lane } from './lane.ts';
import { costOf, type Parcel, parcelOf, settleAll } from './parcel.ts';
import { ForwardQueue } from './queue.ts';
import { Reminders } from './reminders.ts';
import { SetAside } from './set-aside.ts';
import { type Endpoints, endpointsOf, shownUrl } from './signals.ts';
import { OnDisk } from './spool/on-disk.ts';

/** What waits when Tocsin stops has this long to be taken. */
const graceMillis = 2_000;

export interface DestinationDependencies extends ConnectDependencies {
  clock: Clock;
  events: DestinationEvents;
  /** What cannot be sent before the end is in the journal, and is sent after the next start. */
  isJournaled: boolean;
  /** Where each has a directory of its own for what waits; undefined: all of it waits in memory. */
  spoolDirectory?: string | undefined;
  /** Of what waits on disk. */
  ledger: Pick<PendingItems, 'settle' | 'takeOver'>;
  /** 0 to 1. */
  random: () => number;
  /** What comes within so long after what was sent goes out together. */
  gatherMillis: number;
}

/**
 * One back end and all that waits for it: whatever becomes of it is no other's concern.
 *
 *   offer ──▶ ForwardQueue ──▶ Lane, one a signal ──▶ OtlpHttpClient ──▶ back end
 *              │  ▲  ▲           │ judge: taken, refused, divided, or
 *              ▼  │  └───────────┘ try again after a pause
 *             OnDisk, what would wait for long
 */
export class Destination {
  readonly name: string;
  private readonly config: DestinationConfig;
  private readonly dependencies: DestinationDependencies;
  private readonly queue: ForwardQueue;
  private readonly onDisk: OnDisk | undefined;
  private readonly setAside: SetAside | undefined;
  private readonly reminders: Reminders;
  private readonly endpoints: Endpoints;
  private readonly lanes = new Map<Signal, Lane>();
  private readonly turnedAway = new Set<Signal>();
  private close: () => Promise<void> = () => Promise.resolve();
  private stopping: Promise<void> | undefined;
  private onIdle: (() => void) | undefined;
  private parcels = 0;
  private hasOverflowed = false;
  /** Items that are nowhere but in the journal, or lost, when it has stopped. */
  abandoned = 0;

  constructor(config: DestinationConfig, dependencies: DestinationDependencies) {
    const { clock, events, ledger, spoolDirectory } = dependencies;
    this.name = config.name;
    this.config = config;
    this.dependencies = dependencies;
    this.queue = new ForwardQueue(config.max_queue);
    this.reminders = new Reminders(clock);
    this.endpoints = endpointsOf(config);
    for (const { signal } of this.targets) events.signalKnown(signal);
    events.queueMeasured(() => this.queue.bytes);
    if (spoolDirectory === undefined) return;
    const directory = join(spoolDirectory, config.name);
    this.setAside = new SetAside(clock, join(directory, 'refused'));
    this.onDisk = new OnDisk({
      clock,
      events,
      ledger,
      queue: this.queue,
      directory,
      maxBytes: config.spool.max_size,
      maxAgeMillis: config.spool.max_age,
      mostWaitingBytes: config.max_queue / 4,
      isFailing: (signal) => this.lanes.get(signal)?.isFailing ?? false,
      takes: (signal) => this.takes(signal),
      onReady: (signal) => this.lanes.get(signal)?.wake(),
      onLost: (parcels) => this.overflow(parcels),
    });
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
    if (this.onDisk?.problem !== undefined) problems.push(this.onDisk.problem);
    return problems.length === 0 ? undefined : problems.join('; ');
  }

  /** Items on disk that the ledger counts here. */
  countedOnDisk(signal: Signal): number {
    return this.onDisk?.countedOf(signal) ?? 0;
  }

  /** @throws TlsUnusable */
  async start(): Promise<void> {
    if (this.targets.length === 0) return;
    const client = await connect(this.config, this.endpoints, this.dependencies);
    this.close = client.close;
    await this.onDisk?.start(() => this.parcels++);
    const harmless = new Harmless(Object.values(this.config.headers));
    const { dependencies, queue, reminders } = this;
    const onFailing = (): void => this.onDisk?.wake();
    const onCut = (parcel: Parcel): void => this.wasCut(parcel);
    const onSettled = (): void => this.settled();
    const { setAside } = this;
    const shared = {
      ...dependencies,
      queue,
      client,
      harmless,
      reminders,
      setAside,
      onFailing,
      onCut,
      onSettled,
    };
    for (const { signal, url } of this.targets) {
      const lane = new Lane(signal, shownUrl(url), shared);
      this.lanes.set(signal, lane);
      lane.wake();
    }
  }

  /** @param isCounted whether what becomes of it is what the ledger counts */
  offer(batch: Batch, isCounted: boolean): void {
    const parcel = parcelOf(batch, this.parcels++, isCounted);
    if (!this.takes(batch.signal)) {
      settleAll(parcel, 'unrouted');
      return;
    }
    if (this.stopping !== undefined) {
      this.abandon([parcel]);
      return;
    }
    const gone = this.queue.add(parcel);
    if (gone.length > 0) this.makeRoom(gone, parcel);
    this.lanes.get(batch.signal)?.wake();
    this.onDisk?.wake();
  }

  /** What there is of a signal, and will be, has nowhere to go: its endpoint must not be used. */
  turnAway(signal: Signal): void {
    this.turnedAway.add(signal);
    this.lanes.get(signal)?.cut();
    this.unroute(this.queue.clear(signal));
    this.onDisk?.turnAway(signal);
  }

  stop(): Promise<void> {
    this.stopping ??= this.flush();
    return this.stopping;
  }

  private async flush(): Promise<void> {
    if (this.onDisk !== undefined) this.queue.keepBehindDisk();
    for (const lane of this.lanes.values()) lane.hurry();
    await this.idle(graceMillis);
    this.queue.keepAll();
    for (const lane of this.lanes.values()) lane.cut();
    await this.idle(graceMillis);
    await this.onDisk?.stop();
    const left = signals.flatMap((signal) => this.queue.clear(signal));
    this.unroute(left.filter(({ signal }) => !this.takes(signal)));
    const routed = left.filter(({ signal }) => this.takes(signal));
    this.abandon(this.onDisk === undefined ? routed : await this.onDisk.finish(routed));
    await this.setAside?.written();
    await this.close();
  }

  /** Ends when nothing is under way and nothing waits in memory, or after a time. */
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

  /** @param gone what the queue has no room for */
  private makeRoom(gone: readonly Parcel[], added: Parcel): void {
    const { events } = this.dependencies;
    if (costOf(added) <= this.config.max_queue) {
      this.overflow(this.onDisk?.rescue(gone) ?? gone);
      return;
    }
    if (this.reminders.isDue('too large'))
      events.tooLarge(added.signal, added.bytes!.length, this.config.max_queue);
    this.lose(gone);
  }

  private wasCut(parcel: Parcel): void {
    if (this.takes(parcel.signal)) {
      this.queue.keep(parcel);
      return;
    }
    this.queue.release(parcel);
    this.unroute([parcel]);
  }

  /** It turned out that there is nowhere to send these. */
  private unroute(parcels: readonly Parcel[]): void {
    for (const parcel of parcels) {
      settleAll(parcel, 'unrouted');
      (parcel.record ?? parcel.whole)?.done();
    }
  }

  private overflow(parcels: readonly Parcel[]): void {
    if (parcels.length === 0) return;
    this.lose(parcels);
    if (!this.hasOverflowed) this.dependencies.events.overflowed(this.config.max_queue);
    this.hasOverflowed = true;
  }

  private lose(parcels: readonly Parcel[]): void {
    for (const parcel of parcels) {
      this.dependencies.events.itemsSettled(parcel.signal, 'overflowed', parcel.items);
      settleAll(parcel, 'lost');
      parcel.whole?.done();
    }
  }

  /** What is not sent any more by this process. */
  private abandon(parcels: readonly Parcel[]): void {
    const { events, isJournaled } = this.dependencies;
    for (const parcel of parcels) {
      // It is found again as the whole that it is a part of.
      if (parcel.whole?.isGone === false) continue;
      this.abandoned += parcel.items;
      events.itemsSettled(parcel.signal, 'abandoned', parcel.items);
      if (!isJournaled) settleAll(parcel, 'lost');
    }
  }
}
