import type { Accepted } from '../pipeline/acceptor.ts';
import type { Clock } from '../runtime/clock.ts';
import { type Name, RecentNumbers } from '../runtime/recent-numbers.ts';

/** A request that comes again within this time is taken for its sender's retry (an answer can be lost). */
const windowMillis = 120_000;

/** Far more than an app sends in that time; beyond it the oldest is forgotten. A power of 2. */
const mostRemembered = 2 ** 15;

/** What is said to a request that was taken before. */
export type Answer = Pick<Accepted, 'items' | 'rejected'>;

/** Answers of late, by what they were to. A request that is still under way counts: its retry shares its answer. */
export class Duplicates {
  private readonly clock: Clock;
  private readonly underWay = new Map<string, Promise<Answer>>();
  /** Where the columns of an answer are. */
  private readonly rows = new RecentNumbers(mostRemembered, windowMillis);
  private readonly items = new Int32Array(mostRemembered);
  private readonly rejected = new Int32Array(mostRemembered);
  private nextRow = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @param key 8 bytes or more that follow from the request */
  find(key: Buffer): Promise<Answer> | undefined {
    const underWay = this.underWay.get(textOf(key));
    if (underWay !== undefined) return underWay;
    const row = this.rows.get(nameOf(key), this.clock.monotonic());
    if (row === undefined) return undefined;
    return Promise.resolve({ items: this.items[row]!, rejected: this.rejected[row]! });
  }

  /** What is refused is not remembered: when it comes again, it is new. */
  note(key: Buffer, answer: Promise<Answer>): void {
    const text = textOf(key);
    this.underWay.set(text, answer);
    const end = (): void => {
      if (this.underWay.get(text) === answer) this.underWay.delete(text);
    };
    answer.then((answered) => {
      this.remember(key, answered);
      end();
    }, end);
  }

  private remember(key: Buffer, { items, rejected }: Answer): void {
    const row = this.nextRow;
    this.nextRow = (row + 1) % mostRemembered;
    this.items[row] = items;
    this.rejected[row] = rejected;
    this.rows.note(nameOf(key), row, this.clock.monotonic());
  }
}

function nameOf(key: Buffer): Name {
  return { hash: key.readInt32LE(), bits: key.readInt32LE(4) };
}

function textOf(key: Buffer): string {
  return key.toString('latin1');
}
