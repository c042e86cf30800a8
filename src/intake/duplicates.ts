import type { Accepted } from '../pipeline/acceptor.ts';
import type { Clock } from '../runtime/clock.ts';
import { HashChains, none } from '../runtime/hash-chains.ts';

/** A request that comes again within this time is taken for its sender's retry (an answer can be lost). */
const windowMillis = 120_000;

/** Far more than an app sends in that time; beyond it the oldest is forgotten. A power of 2. */
const mostRemembered = 2 ** 15;

/** Of each the first bytes of its key, and its answer. */
const columns = 5;
const keyColumns = 3;

/** What is said to a request that was taken before. */
export type Answer = Pick<Accepted, 'items' | 'rejected'>;

/**
 * Answers of late, by what they were to. A request that is still under way counts: its retry shares its answer. In columns and not as
 * objects: there may be ten thousands, and nearly none is asked for.
 */
export class Duplicates {
  private readonly clock: Clock;
  private readonly underWay = new Map<string, Promise<Answer>>();
  private readonly chains = new HashChains(mostRemembered);
  private readonly cells = new Int32Array(mostRemembered * columns);
  /** By the monotonic clock. */
  private readonly times = new Float64Array(mostRemembered);
  private written = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @param key 12 bytes or more that follow from the request */
  find(key: Buffer): Promise<Answer> | undefined {
    const underWay = this.underWay.get(nameOf(key));
    if (underWay !== undefined) return underWay;
    const row = this.rowOf(key);
    if (row === none) return undefined;
    const at = row * columns + keyColumns;
    return Promise.resolve({ items: this.cells[at]!, rejected: this.cells[at + 1]! });
  }

  /** What is refused is not remembered: when it comes again, it is new. */
  note(key: Buffer, answer: Promise<Answer>): void {
    const name = nameOf(key);
    this.underWay.set(name, answer);
    const end = (): void => {
      if (this.underWay.get(name) === answer) this.underWay.delete(name);
    };
    answer.then((answered) => {
      this.remember(key, answered);
      end();
    }, end);
  }

  private remember(key: Buffer, { items, rejected }: Answer): void {
    this.written = (this.written + 1) | 0;
    const row = this.written & (mostRemembered - 1);
    const at = row * columns;
    for (let i = 0; i < keyColumns; i++) this.cells[at + i] = key.readInt32LE(i * 4);
    this.cells[at + keyColumns] = items;
    this.cells[at + keyColumns + 1] = rejected;
    this.times[row] = this.clock.monotonic();
    this.chains.add(key.readInt32LE(), this.written);
  }

  private rowOf(key: Buffer): number {
    const { chains, written } = this;
    const since = this.clock.monotonic() - windowMillis;
    for (let row = chains.first(key.readInt32LE(), written); row !== none; row = chains.next(row, written)) {
      if (this.times[row]! < since) return none;
      if (this.isOf(row, key)) return row;
    }
    return none;
  }

  private isOf(row: number, key: Buffer): boolean {
    for (let i = 0; i < keyColumns; i++)
      if (this.cells[row * columns + i] !== key.readInt32LE(i * 4)) return false;
    return true;
  }
}

function nameOf(key: Buffer): string {
  return key.toString('latin1', 0, keyColumns * 4);
}
