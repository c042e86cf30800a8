import { Fifo } from './fifo.ts';
import { joined, type Parcel } from './parcel.ts';

/** What waits together goes out together, up to this; what is larger by itself goes alone. */
export const mostRequestBytes = 2 ** 20;
const mostRequestItems = 8192;

/** What waits of one signal, in memory. */
export class Waiting {
  /** Parts of what was divided, the next one last: sent before anything else, so that few wait at once. */
  private readonly parts: Parcel[] = [];
  /** Sent before in vain, the oldest first: older than all that were not. */
  private readonly tried = new Fifo<Parcel>();
  private readonly untried = new Fifo<Parcel>();
  /** Is not sent any more by this process. */
  private readonly kept: Parcel[] = [];

  add(parcel: Parcel): void {
    this.untried.push(parcel);
  }

  /** In front of all that was not sent. */
  addFirst(parcel: Parcel): void {
    this.untried.unshift(parcel);
  }

  putBack(parcel: Parcel): void {
    this.tried.insertBefore(parcel, ({ number }) => number > parcel.number);
  }

  keep(parcel: Parcel): void {
    this.kept.push(parcel);
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
      bytes += next.bytes!.length;
      items += next.items;
      if (parcels.length > 0 && (bytes > mostBytes || items > mostRequestItems)) break;
      parcels.push(next);
      this.untried.shift();
    }
    return parcels.length === 0 ? undefined : joined(parcels);
  }

  get isEmpty(): boolean {
    return this.parts.length === 0 && this.tried.peek() === undefined && this.untried.peek() === undefined;
  }

  /** What was not sent yet is not sent any more by this process. */
  keepUntried(): void {
    for (let one = this.untried.shift(); one !== undefined; one = this.untried.shift()) this.kept.push(one);
  }

  /** The number of the oldest. */
  get oldest(): number | undefined {
    const ends = [this.parts.at(-1), this.tried.peek(), this.untried.peek()];
    const least = Math.min(...ends.map((parcel) => parcel?.number ?? Infinity));
    return least === Infinity ? undefined : least;
  }

  takeOldest(): Parcel | undefined {
    const { oldest } = this;
    if (oldest === undefined) return undefined;
    if (this.parts.at(-1)?.number === oldest) return this.parts.pop();
    return this.tried.peek()?.number === oldest ? this.tried.shift() : this.untried.shift();
  }

  /** Nothing of it is sent any more by this process. */
  keepAll(): void {
    this.kept.push(...this.parts.splice(0));
    for (let one = this.tried.shift(); one !== undefined; one = this.tried.shift()) this.kept.push(one);
    this.keepUntried();
  }

  /** All of it. */
  clear(): Parcel[] {
    const parcels = this.kept.splice(0);
    for (let one = this.takeOldest(); one !== undefined; one = this.takeOldest()) parcels.push(one);
    return parcels;
  }
}
