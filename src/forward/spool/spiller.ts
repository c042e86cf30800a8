import { type Signal, signals } from '../../otlp/signal.ts';
import type { CancelTimer, Clock } from '../../runtime/clock.ts';
import { countedIn, costOf, type Parcel } from '../parcel.ts';
import type { ForwardQueue } from '../queue.ts';
import { mostRequestBytes } from '../waiting.ts';
import type { Spool } from './spool.ts';
import type { SpoolRecord } from './spool-record.ts';

/** While a lane fails, what little waits for it is stored no more often: requests on disk are best large and few. */
const restMillis = 10_000;
/** A disk that did not take something is asked again after this. */
const retryMillis = 1_000;
/** What the queue has no room for may wait for the disk up to this. */
const mostRescuedBytes = 8 * 2 ** 20;

export interface SpillerDependencies {
  clock: Clock;
  queue: ForwardQueue;
  spool: Spool;
  /** What waits in memory beyond this is stored. */
  mostWaitingBytes: number;
  /** Whether what waits will not be sent at once. */
  isFailing: (signal: Signal) => boolean;
  onStored: (parcel: Parcel, record: SpoolRecord) => void;
  /** Told of what the queue had no room for, and the disk did not take. */
  onLost: (parcels: readonly Parcel[]) => void;
}

/**
 * Writes to disk what would wait for long in memory: what a back end that fails does not take, and what is more than it takes. One
 * at a time, the oldest first, so that what is on disk is always older than what is in memory.
 */
export class Spiller {
  private readonly dependencies: SpillerDependencies;
  private readonly storedAt = new Map<Signal, number>();
  /** All that waits of these is stored. */
  private readonly draining = new Set<Signal>();
  private isRelieving = false;
  private rescued: Parcel[] = [];
  private rescuedBytes = 0;
  private lastRescued: Parcel | undefined;
  private isStopped = false;
  private working: Promise<void> | undefined;
  private cancelRetry: CancelTimer | undefined;

  constructor(dependencies: SpillerDependencies) {
    this.dependencies = dependencies;
  }

  /** There may be something to store. */
  wake(): void {
    if (this.working !== undefined || this.cancelRetry !== undefined || this.isStopped) return;
    const first = this.next();
    if (first !== undefined) this.working = this.work(first);
  }

  /** Takes what the queue has no room for. @returns what cannot be taken */
  rescue(parcels: readonly Parcel[]): Parcel[] {
    const refused: Parcel[] = [];
    for (const parcel of parcels) {
      const isTooMuch = this.rescuedBytes + costOf(parcel) > mostRescuedBytes;
      if (isTooMuch || this.cancelRetry !== undefined) {
        refused.push(parcel);
        continue;
      }
      this.rescued.push(parcel);
      this.rescuedBytes += costOf(parcel);
    }
    this.wake();
    return refused;
  }

  /** Ends what is under way, and begins nothing any more. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.cancelRetry?.();
    await this.working;
  }

  /** Stores all of these, once it is stopped. @returns what could not be stored */
  async storeAll(parcels: readonly Parcel[]): Promise<Parcel[]> {
    const left: Parcel[] = [];
    for (const parcel of [...this.takeRescued(), ...parcels]) {
      if (left.length > 0 || !(await this.store(parcel))) left.push(parcel);
    }
    return left;
  }

  private async work(first: Parcel): Promise<void> {
    for (let parcel: Parcel | undefined = first; parcel !== undefined; parcel = this.next()) {
      if (await this.store(parcel)) continue;
      // Of what the queue has no room for nothing goes back to it.
      if (parcel === this.lastRescued) this.dependencies.onLost([parcel]);
      else this.dependencies.queue.putBackUnstored(parcel);
      this.rest();
      break;
    }
    this.working = undefined;
  }

  private next(): Parcel | undefined {
    const { queue } = this.dependencies;
    if (this.isStopped) return undefined;
    const rescued = this.rescued.shift();
    this.lastRescued = rescued;
    if (rescued !== undefined) {
      this.rescuedBytes -= costOf(rescued);
      return rescued;
    }
    const signal = this.signalToStore();
    return signal === undefined ? undefined : queue.takeFromMemory(signal);
  }

  private signalToStore(): Signal | undefined {
    const { queue, mostWaitingBytes } = this.dependencies;
    const failing = signals.find((signal) => this.isDue(signal));
    if (failing !== undefined) return failing;
    const bytes = signals.reduce((sum, signal) => sum + queue.bytesOf(signal), 0);
    this.isRelieving = bytes > (this.isRelieving ? mostWaitingBytes / 2 : mostWaitingBytes);
    return this.isRelieving ? queue.signalOfOldest : undefined;
  }

  private isDue(signal: Signal): boolean {
    const { clock, queue, isFailing } = this.dependencies;
    if (queue.isClear(signal) || !isFailing(signal)) {
      this.draining.delete(signal);
      return false;
    }
    if (this.draining.has(signal)) return true;
    const now = clock.monotonic();
    const restsUntil = (this.storedAt.get(signal) ?? Number.NEGATIVE_INFINITY) + restMillis;
    if (now < restsUntil && queue.bytesOf(signal) < mostRequestBytes) return false;
    this.storedAt.set(signal, now);
    this.draining.add(signal);
    return true;
  }

  private async store(parcel: Parcel): Promise<boolean> {
    const { spool, onStored } = this.dependencies;
    const counts = { items: parcel.items, counted: countedIn(parcel) };
    const record = await spool.append(parcel.signal, parcel.bytes!, counts);
    if (record === undefined) return false;
    onStored(parcel, record);
    return true;
  }

  private rest(): void {
    const { clock, onLost } = this.dependencies;
    this.draining.clear();
    this.storedAt.clear();
    if (this.isStopped) return;
    this.cancelRetry = clock.after(retryMillis, () => {
      this.cancelRetry = undefined;
      this.wake();
    });
    onLost(this.takeRescued());
  }

  private takeRescued(): Parcel[] {
    const { rescued } = this;
    this.rescued = [];
    this.rescuedBytes = 0;
    return rescued;
  }
}
