import { outcome } from '../client-calls/outcome.ts';
import { type Attempts, rule } from './attempts.ts';
import { none } from '../../runtime/hash-chains.ts';
import type { LinkerOptions } from './linker.ts';

/** Attempts at one call, once no more of them are to come. */
export interface Chain {
  /** The last attempt. */
  last: number;
  attempts: number;
  isRecovered: boolean;
  /** Calls that it stands for. */
  weight: number;
}

/** With an answer that sends it elsewhere, or wants a token, nothing fails any more: what follows is sent in another way, and no retry. */
const recovers: ReadonlySet<number> = new Set([outcome.success, outcome.resend]);
/** What came out of order has come by then. */
const settledAfterMillis = 10_000;
/** Nobody tries so often: it asks again and again. */
export const mostAttempts = 32;

interface Waiting {
  row: number;
  generation: number;
  /** When it came to follow another, by the monotonic clock. */
  since: number;
  dueAt: number;
}

/** Says of attempts that follow each other when no more are to come, and what became of the call then. */
export class Chains {
  private readonly attempts: Attempts;
  private readonly options: LinkerOptions;
  private readonly onClosed: (chain: Chain) => void;
  /** Last attempts, when they may be looked at, in that order. */
  private waiting: Waiting[] = [];
  private head = 0;

  constructor(attempts: Attempts, options: LinkerOptions, onClosed: (chain: Chain) => void) {
    this.attempts = attempts;
    this.options = options;
    this.onClosed = onClosed;
  }

  /** An attempt follows another now. @param now by the monotonic clock */
  linked(after: number, now: number): void {
    const { attempts } = this;
    if (this.lengthTo(after) >= mostAttempts && attempts.after[after] === none) {
      this.close(after);
      return;
    }
    const generation = attempts.generationOf(after);
    this.waiting.push({ row: after, generation, since: now, dueAt: now + settledAfterMillis });
    // Of a flood the first are looked at before their time.
    if (this.waiting.length - this.head > attempts.capacity) this.check(this.take(), Infinity);
  }

  /** Closes what is over by now. */
  look(now: number): void {
    while (this.head < this.waiting.length && this.waiting[this.head]!.dueAt <= now)
      this.check(this.take(), now);
  }

  /** Nothing more will come. */
  closeAll(): void {
    while (this.head < this.waiting.length) this.check(this.take(), Infinity);
  }

  /** A row is to be used for another attempt: its chain is what is known of it. */
  letGo(row: number): void {
    const { attempts } = this;
    if (this.isLast(row) && attempts.isClosed[row] === 0) this.close(row);
  }

  private take(): Waiting {
    const taken = this.waiting[this.head++]!;
    if (this.head > 1024 && this.head * 2 > this.waiting.length) {
      this.waiting = this.waiting.slice(this.head);
      this.head = 0;
    }
    return taken;
  }

  private check({ row, generation, since }: Waiting, now: number): void {
    const { attempts } = this;
    if (attempts.generationOf(row) !== generation || !this.isLast(row) || attempts.isClosed[row] === 1)
      return;
    const { siblingGapMillis, orphanGapMillis } = this.options;
    const gap = attempts.rule[row] === rule.orphan ? orphanGapMillis : siblingGapMillis;
    if (!attempts.mayBeRetried(row) || since + gap <= now) this.close(row);
    else this.waiting.push({ row, generation, since, dueAt: now + settledAfterMillis });
  }

  private close(last: number): void {
    const { attempts } = this;
    const count = this.lengthTo(last);
    for (let row = last, left = mostAttempts; row !== none && left > 0; row = attempts.before[row]!, left--)
      attempts.isClosed[row] = 1;
    const isRecovered = recovers.has(attempts.outcome[last]!);
    this.onClosed({ last, attempts: count, isRecovered, weight: attempts.weight[last]! });
  }

  /** It follows another, which may be forgotten, and nothing follows it. */
  private isLast(row: number): boolean {
    return this.attempts.rule[row] !== 0 && this.attempts.after[row] === none;
  }

  private lengthTo(last: number): number {
    const { attempts } = this;
    let length = 0;
    for (let row = last; row !== none && length < mostAttempts; row = attempts.before[row]!)
      length += 1 + attempts.forgotten[row]!;
    return Math.min(length, mostAttempts);
  }
}
