import type { Clock } from '../runtime/clock.ts';

/** A request that comes again within this time is taken for its sender's retry (an answer can be lost). */
const windowMillis = 120_000;

/** Far more than an app sends in that time; beyond it the oldest is forgotten. */
const mostRemembered = 20_000;

interface Entry<T> {
  /** By the monotonic clock. */
  at: number;
  /** A promise as long as it is under way: thousands of them would be much to remember. */
  answer: T | Promise<T>;
}

/** Answers of late, by what they were to. A request that is still under way counts: its retry shares its answer. */
export class Duplicates<T> {
  private readonly clock: Clock;
  /** In the order in which they came. */
  private readonly answers = new Map<string, Entry<T>>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  find(key: string): Promise<T> | undefined {
    const known = this.answers.get(key);
    if (known === undefined || this.clock.monotonic() - known.at > windowMillis) return undefined;
    return Promise.resolve(known.answer);
  }

  /** What is refused is not remembered: when it comes again, it is new. */
  note(key: string, answer: Promise<T>): void {
    const at = this.clock.monotonic();
    const entry: Entry<T> = { at, answer };
    this.answers.delete(key);
    this.answers.set(key, entry);
    answer.then(
      (answered) => (entry.answer = answered),
      () => {
        if (this.answers.get(key) === entry) this.answers.delete(key);
      },
    );
    for (const [oldest, { at: since }] of this.answers) {
      if (this.answers.size <= mostRemembered && at - since <= windowMillis) return;
      this.answers.delete(oldest);
    }
  }
}
