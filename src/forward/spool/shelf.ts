import { Fifo } from '../fifo.ts';
import type { Parcel } from '../parcel.ts';
import type { SpoolRecord } from './spool-record.ts';

/** What waits of one signal on disk, and is not under way. */
export class Shelf {
  private readonly tried = new Fifo<Parcel>();
  private readonly untried = new Fifo<Parcel>();
  /** Those in the lines that are not gone. */
  private readonly waiting = new Map<SpoolRecord, Parcel>();

  /** Lets go of its bytes in memory. @param parcel has a record of its own */
  add(parcel: Parcel): void {
    parcel.bytes = undefined;
    this.waiting.set(parcel.record!, parcel);
    if (parcel.tries === 0) this.untried.push(parcel);
    else this.tried.insertBefore(parcel, ({ number }) => number > parcel.number);
  }

  takeTried(): Parcel | undefined {
    return this.take(this.tried);
  }

  takeUntried(): Parcel | undefined {
    return this.take(this.untried);
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  /** @returns what waited for this record; undefined if nothing did */
  remove(record: SpoolRecord): Parcel | undefined {
    const parcel = this.waiting.get(record);
    this.waiting.delete(record);
    return parcel;
  }

  /** Takes out what was stored before a time, in milliseconds since the Unix epoch. */
  removeBefore(time: number): Parcel[] {
    const removed: Parcel[] = [];
    for (const line of [this.tried, this.untried]) {
      for (
        let next = this.peek(line);
        next !== undefined && next.record!.storedAt < time;
        next = this.peek(line)
      ) {
        removed.push(this.take(line)!);
      }
    }
    return removed;
  }

  private take(line: Fifo<Parcel>): Parcel | undefined {
    const parcel = this.peek(line);
    if (parcel === undefined) return undefined;
    line.shift();
    this.waiting.delete(parcel.record!);
    return parcel;
  }

  private peek(line: Fifo<Parcel>): Parcel | undefined {
    for (let next = line.peek(); next !== undefined; next = line.peek()) {
      if (this.waiting.has(next.record!)) return next;
      line.shift();
    }
    return undefined;
  }
}
