import { Fifo } from './fifo.ts';
import { joined, type Parcel } from './parcel.ts';

/** What waits together goes out together, up to this; what is larger by itself goes alone. */
export const mostRequestBytes = 2 ** 20;
const mostRequestItems = 8192;

/** What waits of one signal, in memory. */
export class Waiting {
  /** Parts of what was divided, the next one last: sent before anything else, so that few wait at once. */
  private readonly parts: Parcel[] = [];
  /** Sent before in vain: older than all that were not. */
  private readonly tried = new Fifo<Parcel>();
  private readonly untried = new Fifo<Parcel>();

  add(parcel: Parcel): void {
    this.untried.push(parcel);
  }

  putBack(parcel: Parcel): void {
    this.tried.push(parcel);
  }

  /** @param parts in the order in which they are to be sent */
  putFirst(parts: readonly Parcel[]): void {
    this.parts.push(...parts.toReversed());
  }

  /** What was sent before, in vain or as a part of another. */
  takeTried(): Parcel | undefined {
    return this.parts.pop() ?? this.tried.shift();
  }

  /** As many of what was not as go together. */
  takeUntried(mostBytes: number): Parcel | undefined {
    const parcels: Parcel[] = [];
    let bytes = 0;
    let items = 0;
    for (let next = this.untried.peek(); next !== undefined; next = this.untried.peek()) {
      bytes += next.bytes.length;
      items += next.items;
      if (parcels.length > 0 && (bytes > mostBytes || items > mostRequestItems)) break;
      parcels.push(next);
      this.untried.shift();
    }
    return parcels.length === 0 ? undefined : joined(parcels);
  }

  get isEmpty(): boolean {
    return this.oldest === undefined;
  }

  /** The number of the oldest. */
  get oldest(): number | undefined {
    const numbers = [this.parts.at(-1), this.tried.peek(), this.untried.peek()].map((one) => one?.number);
    const least = Math.min(...numbers.map((number) => number ?? Infinity));
    return least === Infinity ? undefined : least;
  }

  takeOldest(): Parcel | undefined {
    const { oldest } = this;
    if (oldest === undefined) return undefined;
    if (this.parts.at(-1)?.number === oldest) return this.parts.pop();
    return this.tried.peek()?.number === oldest ? this.tried.shift() : this.untried.shift();
  }
}
