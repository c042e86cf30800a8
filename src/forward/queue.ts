import { type Signal, signals } from '../otlp/signal.ts';
import { costOf, type Parcel } from './parcel.ts';
import { mostRequestBytes, Waiting } from './waiting.ts';

/**
 * What is to be forwarded, within a number of bytes that holds for all signals together and includes what is under way.
 *
 *   add ──▶ untried ──▶ take ──▶ under way ──▶ release
 *                        ▲           │
 *       parts, tried ────┘◀──────────┘ putBack, replace
 *
 * When there is no room the oldest of those that wait make some: what happened last is what people look for.
 */
export class ForwardQueue {
  private readonly maxBytes: number;
  private readonly waiting: Readonly<Record<Signal, Waiting>>;
  private waitingBytes = 0;
  private underWayBytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
    this.waiting = { traces: new Waiting(), logs: new Waiting(), metrics: new Waiting() };
  }

  /** Of all that is in it, as it counts towards the bound. */
  get bytes(): number {
    return this.waitingBytes + this.underWayBytes;
  }

  /** Whether so little is left that what comes next finds room. */
  get isRelaxed(): boolean {
    return this.bytes <= this.maxBytes / 2;
  }

  /** @returns what had to go: the oldest, or the parcel itself if there can be no room for it */
  add(parcel: Parcel): Parcel[] {
    const cost = costOf(parcel);
    if (cost + this.underWayBytes > this.maxBytes) return [parcel];
    const lost: Parcel[] = [];
    while (cost + this.bytes > this.maxBytes) lost.push(this.takeOldest());
    this.waiting[parcel.signal].add(parcel);
    this.waitingBytes += cost;
    return lost;
  }

  /**
   * What is to be sent next; it stays counted until it is put back, replaced or released.
   * @param prefer which of them, if there are such
   * @param mostBytes that go out together
   */
  take(signal: Signal, prefer: 'tried' | 'untried', mostBytes = mostRequestBytes): Parcel | undefined {
    const waiting = this.waiting[signal];
    const parcel =
      prefer === 'tried'
        ? (waiting.takeTried() ?? waiting.takeUntried(mostBytes))
        : (waiting.takeUntried(mostBytes) ?? waiting.takeTried());
    if (parcel === undefined) return undefined;
    this.waitingBytes -= costOf(parcel);
    this.underWayBytes += costOf(parcel);
    return parcel;
  }

  putBack(parcel: Parcel): void {
    this.release(parcel);
    this.waiting[parcel.signal].putBack(parcel);
    this.waitingBytes += costOf(parcel);
  }

  /** In the place of one that was under way; they are sent before all others. */
  replace(parcel: Parcel, parts: readonly Parcel[]): void {
    this.release(parcel);
    this.waiting[parcel.signal].putFirst(parts);
    for (const part of parts) this.waitingBytes += costOf(part);
  }

  release(parcel: Parcel): void {
    this.underWayBytes -= costOf(parcel);
  }

  isEmpty(signal: Signal): boolean {
    return this.waiting[signal].isEmpty;
  }

  /** Takes all that waits out of it. */
  clear(signal: Signal): Parcel[] {
    const parcels: Parcel[] = [];
    const waiting = this.waiting[signal];
    for (let one = waiting.takeOldest(); one !== undefined; one = waiting.takeOldest()) parcels.push(one);
    for (const parcel of parcels) this.waitingBytes -= costOf(parcel);
    return parcels;
  }

  private takeOldest(): Parcel {
    const byAge = signals.map((signal) => this.waiting[signal]).filter(({ isEmpty }) => !isEmpty);
    const [oldest] = byAge.sort((a, b) => a.oldest! - b.oldest!);
    const parcel = oldest!.takeOldest()!;
    this.waitingBytes -= costOf(parcel);
    return parcel;
  }
}
