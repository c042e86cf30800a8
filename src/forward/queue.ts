import type { Signal } from '../otlp/signal.ts';
import { Fifo } from './fifo.ts';
import { costOf, joined, type Parcel } from './parcel.ts';
import { signals } from './signals.ts';

/** What waits together goes out together, up to this; what is larger by itself goes alone. */
const mostRequestBytes = 2 ** 20;
const mostRequestItems = 8192;

interface Waiting {
  /** Sent before in vain: older than all that were not. */
  tried: Fifo<Parcel>;
  untried: Fifo<Parcel>;
}

/**
 * What is to be forwarded, within a number of bytes that holds for all signals together and includes what is under way.
 *
 *   add ──▶ untried ──▶ take ──▶ under way ──▶ release
 *                        ▲           │
 *              tried ────┘◀──────────┘ putBack
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
    const empty = (): Waiting => ({ tried: new Fifo(), untried: new Fifo() });
    this.waiting = { traces: empty(), logs: empty(), metrics: empty() };
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
    this.waiting[parcel.signal].untried.push(parcel);
    this.waitingBytes += cost;
    return lost;
  }

  /**
   * What is to be sent next; it stays counted until it is put back or released.
   * @param prefer which of them, if there are such
   */
  take(signal: Signal, prefer: keyof Waiting): Parcel | undefined {
    const { tried, untried } = this.waiting[signal];
    const parcel =
      prefer === 'tried' ? (tried.shift() ?? together(untried)) : (together(untried) ?? tried.shift());
    if (parcel === undefined) return undefined;
    this.waitingBytes -= costOf(parcel);
    this.underWayBytes += costOf(parcel);
    return parcel;
  }

  putBack(parcel: Parcel): void {
    this.release(parcel);
    this.waiting[parcel.signal].tried.push(parcel);
    this.waitingBytes += costOf(parcel);
  }

  release(parcel: Parcel): void {
    this.underWayBytes -= costOf(parcel);
  }

  isEmpty(signal: Signal): boolean {
    const { tried, untried } = this.waiting[signal];
    return tried.peek() === undefined && untried.peek() === undefined;
  }

  /** Takes all that waits out of it. */
  clear(signal: Signal): Parcel[] {
    const parcels: Parcel[] = [];
    const { tried, untried } = this.waiting[signal];
    for (const fifo of [tried, untried])
      for (let parcel = fifo.shift(); parcel !== undefined; parcel = fifo.shift()) parcels.push(parcel);
    for (const parcel of parcels) this.waitingBytes -= costOf(parcel);
    return parcels;
  }

  private takeOldest(): Parcel {
    let oldest: Fifo<Parcel> | undefined;
    for (const signal of signals) {
      const { tried, untried } = this.waiting[signal];
      for (const fifo of [tried, untried]) {
        const number = fifo.peek()?.number ?? Infinity;
        if (number < (oldest?.peek()?.number ?? Infinity)) oldest = fifo;
      }
    }
    const parcel = oldest!.shift()!;
    this.waitingBytes -= costOf(parcel);
    return parcel;
  }
}

function together(untried: Fifo<Parcel>): Parcel | undefined {
  const parcels: Parcel[] = [];
  let bytes = 0;
  let items = 0;
  for (let next = untried.peek(); next !== undefined; next = untried.peek()) {
    bytes += next.bytes.length;
    items += next.items;
    if (parcels.length > 0 && (bytes > mostRequestBytes || items > mostRequestItems)) break;
    parcels.push(next);
    untried.shift();
  }
  return parcels.length === 0 ? undefined : joined(parcels);
}
