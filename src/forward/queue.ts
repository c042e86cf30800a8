import { type Signal, signals } from '../otlp/signal.ts';
import { release } from '../runtime/release.ts';
import { costOf, type Parcel } from './parcel.ts';
import { Shelf } from './spool/shelf.ts';
import type { SpoolRecord } from './spool/spool-record.ts';
import { mostRequestBytes, Waiting } from './waiting.ts';

/**
 * What is to be forwarded: what came last in memory, and what is older than that on disk, if it had to wait. What is in memory is
 * within a number of bytes that holds for all signals together and includes what is under way.
 *
 *                  memory                         under way
 *   add ──▶ untried ────────────────────▶ take ──▶  │  │  ──▶ release
 *              │     parts, tried ─────────▲ ▲      │  │
 *              │          │   ▲ putBack, replace ◀──┘  │
 *              ▼          ▼                  │ ▲       │ takeFromMemory, to be stored
 *        shelve ──▶ untried, tried ──────────┘ └ putBack, if it is on disk already
 *                   disk
 *
 * When there is no room the oldest of those that wait in memory make some: what happened last is what people look for.
 */
export class ForwardQueue {
  /** Of all that is in memory. */
  readonly maxBytes: number;
  private readonly waiting: Readonly<Record<Signal, Waiting>>;
  private readonly shelves: Readonly<Record<Signal, Shelf>>;
  /** What each takes that is being sent or stored. */
  private readonly underWay = new Map<Parcel, number>();
  private readonly waitingBytes: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 };
  private underWayBytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
    this.waiting = { traces: new Waiting(), logs: new Waiting(), metrics: new Waiting() };
    this.shelves = { traces: new Shelf(), logs: new Shelf(), metrics: new Shelf() };
  }

  /** Of all that is in memory, as it counts towards the bound. */
  get bytes(): number {
    return signals.reduce((sum, signal) => sum + this.waitingBytes[signal], this.underWayBytes);
  }

  /** Whether so little is left that what comes next finds room. */
  get isRelaxed(): boolean {
    return this.bytes <= this.maxBytes / 2;
  }

  /** Of what waits in memory. */
  bytesOf(signal: Signal): number {
    return this.waitingBytes[signal];
  }

  /** @returns what had to go: the oldest, or the parcel itself if there can be no room for it */
  add(parcel: Parcel): Parcel[] {
    const cost = costOf(parcel);
    if (cost + this.underWayBytes > this.maxBytes) return [parcel];
    const lost: Parcel[] = [];
    while (cost + this.bytes > this.maxBytes) lost.push(this.takeOldest());
    this.waiting[parcel.signal].add(parcel);
    this.waitingBytes[parcel.signal] += cost;
    return lost;
  }

  /** On disk, and not in memory. @param parcel has a record of its own, and is not under way any more */
  shelve(parcel: Parcel): void {
    this.shelves[parcel.signal].add(parcel);
  }

  /**
   * What is to be sent next; it stays counted until it is put back, replaced or released. What is on disk is still to be read.
   * @param prefer which of them, if there are such
   * @param mostBytes that go out together
   * @param isGathering whether more is waited for, to go out with what came last
   */
  take(
    signal: Signal,
    prefer: 'tried' | 'untried',
    { mostBytes = mostRequestBytes, isGathering = false } = {},
  ): Parcel | undefined {
    const [waiting, shelf] = [this.waiting[signal], this.shelves[signal]];
    const tried = (): Parcel | undefined =>
      this.began(waiting.takeTried(), 'memory') ?? this.began(shelf.takeTried(), 'disk');
    const newest = (): Parcel | undefined => (isGathering ? undefined : waiting.takeUntried(mostBytes));
    const untried = (): Parcel | undefined =>
      this.began(shelf.takeUntried(), 'disk') ?? this.began(newest(), 'memory');
    return prefer === 'tried' ? (tried() ?? untried()) : (untried() ?? tried());
  }

  /** Of what waits in memory: what was sent in vain before what was not. */
  takeFromMemory(signal: Signal): Parcel | undefined {
    const waiting = this.waiting[signal];
    return this.began(waiting.takeTried() ?? waiting.takeUntried(mostRequestBytes), 'memory');
  }

  /** This process ends: what is on disk is safe there, and what came after it waits for it. */
  keepBehindDisk(): void {
    for (const signal of signals) if (!this.shelves[signal].isEmpty) this.waiting[signal].keepUntried();
  }

  /** Nothing that waits in memory is sent any more. */
  keepAll(): void {
    for (const signal of signals) this.waiting[signal].keepAll();
  }

  /** It was sent in vain, or could not be sent. */
  putBack(parcel: Parcel): void {
    this.release(parcel);
    if (parcel.record?.isGone === false) this.shelve(parcel);
    else this.waitAgain(parcel, (waiting) => waiting.putBack(parcel));
  }

  /** It could not be stored. */
  putBackUnstored(parcel: Parcel): void {
    this.release(parcel);
    this.waitAgain(parcel, (waiting) => {
      if (parcel.tries > 0 || parcel.whole !== undefined) waiting.putBack(parcel);
      else waiting.addFirst(parcel);
    });
  }

  /** It is not sent any more by this process. */
  keep(parcel: Parcel): void {
    this.release(parcel);
    if (parcel.record?.isGone === false) this.shelve(parcel);
    else this.waitAgain(parcel, (waiting) => waiting.keep(parcel));
  }

  /** In the place of one that was under way; they are sent before all others. */
  replace(parcel: Parcel, parts: readonly Parcel[]): void {
    this.release(parcel);
    this.waiting[parcel.signal].putFirst(parts);
    for (const part of parts) this.waitingBytes[parcel.signal] += costOf(part);
  }

  release(parcel: Parcel): void {
    this.underWayBytes -= this.underWay.get(parcel) ?? 0;
    this.underWay.delete(parcel);
  }

  /** It was written to disk: there it waits on. */
  stored(parcel: Parcel): void {
    this.release(parcel);
    // Of what was sent before, a connection that is being closed may still hold the bytes.
    if (parcel.tries === 0 && parcel.whole === undefined) release(parcel.bytes!);
    this.shelve(parcel);
  }

  isEmpty(signal: Signal): boolean {
    return this.waiting[signal].isEmpty && this.shelves[signal].isEmpty;
  }

  /** Whether nothing waits in memory. */
  isClear(signal: Signal): boolean {
    return this.waiting[signal].isEmpty;
  }

  /** Takes all that waits in memory out of it. */
  clear(signal: Signal): Parcel[] {
    this.waitingBytes[signal] = 0;
    return this.waiting[signal].clear();
  }

  /** @returns what waited on disk for one of these; what is under way goes on */
  giveUp(records: readonly SpoolRecord[]): Parcel[] {
    return records.flatMap((record) => this.shelves[record.signal].remove(record) ?? []);
  }

  /** Takes what waits on disk since before a time, in milliseconds since the Unix epoch, out of it. */
  removeBefore(signal: Signal, time: number): Parcel[] {
    return this.shelves[signal].removeBefore(time);
  }

  /** The signal of what has waited for the longest in memory. */
  get signalOfOldest(): Signal | undefined {
    const [oldest] = signals
      .filter((signal) => !this.waiting[signal].isEmpty)
      .sort((a, b) => this.waiting[a].oldest! - this.waiting[b].oldest!);
    return oldest;
  }

  private began(parcel: Parcel | undefined, from: 'memory' | 'disk'): Parcel | undefined {
    if (parcel === undefined) return undefined;
    const cost = costOf(parcel);
    if (from === 'memory') this.waitingBytes[parcel.signal] -= cost;
    this.underWay.set(parcel, cost);
    this.underWayBytes += cost;
    return parcel;
  }

  private waitAgain(parcel: Parcel, put: (waiting: Waiting) => void): void {
    put(this.waiting[parcel.signal]);
    this.waitingBytes[parcel.signal] += costOf(parcel);
  }

  private takeOldest(): Parcel {
    const signal = this.signalOfOldest!;
    const parcel = this.waiting[signal].takeOldest()!;
    this.waitingBytes[signal] -= costOf(parcel);
    return parcel;
  }
}
