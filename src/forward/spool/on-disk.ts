import { type Signal, signals } from '../../otlp/signal.ts';
import type { PendingItems } from '../../pipeline/pending-items.ts';
import type { CancelTimer, Clock } from '../../runtime/clock.ts';
import type { DestinationEvents } from '../../telemetry/destination-events.ts';
import { countedIn, type Parcel, settleAll, type Share } from '../parcel.ts';
import type { ForwardQueue } from '../queue.ts';
import { Spiller } from './spiller.ts';
import { Spool } from './spool.ts';
import type { SpoolRecord } from './spool-record.ts';

/** How often it is looked whether something has waited for too long. */
const sweepMillis = 60_000;

export interface OnDiskDependencies {
  clock: Clock;
  events: DestinationEvents;
  ledger: Pick<PendingItems, 'settle' | 'takeOver'>;
  queue: ForwardQueue;
  directory: string;
  maxBytes: number;
  maxAgeMillis: number;
  /** What waits in memory beyond this is stored. */
  mostWaitingBytes: number;
  isFailing: (signal: Signal) => boolean;
  /** Whether there is a back end for it. */
  takes: (signal: Signal) => boolean;
  /** There is something to send of a signal. */
  onReady: (signal: Signal) => void;
  /** Neither memory nor the disk has room for these. */
  onLost: (parcels: readonly Parcel[]) => void;
}

/** What waits for one back end on disk: how it comes there, what becomes of it, and the ledger's account of it. */
export class OnDisk {
  private readonly dependencies: OnDiskDependencies;
  private readonly spool: Spool;
  private readonly spiller: Spiller;
  private cancelSweep: CancelTimer | undefined;
  private lostAt = Number.NEGATIVE_INFINITY;

  constructor(dependencies: OnDiskDependencies) {
    const { clock, events } = dependencies;
    this.dependencies = dependencies;
    this.spool = new Spool({
      ...dependencies,
      events: events.spool,
      onGivenUp: (records) => this.lose(dependencies.queue.giveUp(records), 'overflowed'),
    });
    this.spiller = new Spiller({
      ...dependencies,
      spool: this.spool,
      onStored: (parcel, record) => this.stored(parcel, record),
    });
    events.spool.measured(() => {
      const { bytes, size: requests, oldestAt = clock.now() } = this.spool;
      return { bytes, requests, oldestSeconds: Math.max(0, clock.now() - oldestAt) / 1000 };
    });
  }

  /** In a few words, for people. */
  get problem(): string | undefined {
    if (this.spool.problem !== undefined) return this.spool.problem;
    const { clock } = this.dependencies;
    if (clock.monotonic() - this.lostAt > sweepMillis) return undefined;
    return 'what waits is more than forward.spool allows, and the oldest is lost';
  }

  countedOf(signal: Signal): number {
    return this.spool.countedOf(signal);
  }

  /** Takes over what another process left. @param nextNumber of a parcel */
  async start(nextNumber: () => number): Promise<void> {
    const { events, ledger, queue, takes } = this.dependencies;
    const records = await this.spool.start();
    let items = 0;
    for (const record of records) {
      ledger.takeOver(record.signal, record.counted);
      const { signal } = record;
      const shares = this.sharesOf(signal, record.items, record.counted);
      const parcel: Parcel = {
        signal,
        bytes: undefined,
        items: record.items,
        shares,
        number: nextNumber(),
        tries: 0,
        strikes: 0,
        takenBefore: 0,
        record,
      };
      items += record.items;
      if (takes(signal)) queue.shelve(parcel);
      else this.unroute(parcel);
    }
    if (records.length > 0) events.spool.takenOver(items, records.length);
    this.sweep();
  }

  /** There may be something to store. */
  wake(): void {
    this.spiller.wake();
  }

  /** Takes what the queue has no room for. @returns what cannot be taken */
  rescue(parcels: readonly Parcel[]): Parcel[] {
    return this.spiller.rescue(parcels);
  }

  turnAway(signal: Signal): void {
    for (const parcel of this.dependencies.queue.removeBefore(signal, Infinity)) this.unroute(parcel);
  }

  /** Stores nothing any more but what `finish` is given. */
  stop(): Promise<void> {
    return this.spiller.stop();
  }

  /** Stores these, for the next process. @returns what could not be stored */
  async finish(parcels: readonly Parcel[]): Promise<Parcel[]> {
    const left = await this.spiller.storeAll(parcels);
    this.cancelSweep?.();
    await this.spool.stop();
    return left;
  }

  private stored(parcel: Parcel, record: SpoolRecord): void {
    const { queue, takes, onReady } = this.dependencies;
    const { signal, whole } = parcel;
    settleAll(parcel, 'stored');
    parcel.shares = this.sharesOf(signal, parcel.items, countedIn(parcel));
    parcel.record = record;
    delete parcel.whole;
    whole?.done();
    queue.stored(parcel);
    if (!takes(signal)) this.turnAway(signal);
    this.cancelSweep ??= this.dependencies.clock.after(sweepMillis, () => this.sweep());
    onReady(signal);
  }

  /** What is on disk has no batch any more: the ledger is told directly. */
  private sharesOf(signal: Signal, items: number, counted: number): Share[] {
    const { ledger } = this.dependencies;
    const settled: Share['settled'] = (fate, some) => {
      if (fate !== 'stored') ledger.settle(signal, fate, some);
    };
    const shares = [
      { items: counted, settled, isCounted: true },
      { items: items - counted, settled: () => undefined, isCounted: false },
    ];
    return shares.filter((share) => share.items > 0);
  }

  private sweep(): void {
    const { clock, queue, maxAgeMillis } = this.dependencies;
    this.cancelSweep = undefined;
    const before = clock.now() - maxAgeMillis;
    for (const signal of signals) this.lose(queue.removeBefore(signal, before), 'expired');
    if (this.spool.size > 0) this.cancelSweep = clock.after(sweepMillis, () => this.sweep());
  }

  private lose(parcels: readonly Parcel[], why: 'overflowed' | 'expired'): void {
    const { clock, events } = this.dependencies;
    if (parcels.length === 0) return;
    this.lostAt = clock.monotonic();
    let lost = 0;
    for (const parcel of parcels) {
      lost += parcel.items;
      events.itemsSettled(parcel.signal, why, parcel.items);
      settleAll(parcel, 'lost');
      parcel.record!.done();
    }
    events.spool.gone(why, lost, clock.monotonic());
  }

  private unroute(parcel: Parcel): void {
    settleAll(parcel, 'unrouted');
    parcel.record!.done();
  }
}
