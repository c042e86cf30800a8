import type { EndedCall } from './shadow-breaker.ts';

/** Calls wait so long at least, and at most, for others that ended before them. */
const waits = { least: 1_000, most: 10_000 };
/** Of one dependency: where more come the first go on before their time. */
const mostWaiting = 256;
/** Then the clock of the app was set, and what was known of its time is not so any more. */
const mostLateInARow = 20;
/** As long as none is late. */
const calmMillis = 60_000;

interface Waiting extends EndedCall {
  /** By the monotonic clock. */
  arrivedAt: number;
}

/**
 * Puts calls into the order in which they ended. Most come so, and wait for a second only; once some came later than others that had
 * ended after them, all wait for as long as those were late, up to ten seconds.
 */
export class CallOrder {
  private readonly onNext: (call: EndedCall) => void;
  private readonly onLate: () => void;
  private readonly onClockSet: () => void;
  private waiting: Waiting[] = [];
  private head = 0;
  private waitMillis = waits.least;
  private newestEnd = Number.NEGATIVE_INFINITY;
  private passedEnd = Number.NEGATIVE_INFINITY;
  private lateInARow = 0;
  private disorderAt = Number.NEGATIVE_INFINITY;

  /**
   * @param onLate told of a call that came when later ones had gone on: it is left out
   * @param onClockSet told when only such come: the clock of the app was set
   */
  constructor(onNext: (call: EndedCall) => void, onLate: () => void, onClockSet: () => void) {
    this.onNext = onNext;
    this.onLate = onLate;
    this.onClockSet = onClockSet;
  }

  add(call: EndedCall, now: number): void {
    if (call.end < this.newestEnd) {
      this.waitMillis = Math.max(this.waitMillis, Math.min(waits.most, this.newestEnd - call.end));
      this.disorderAt = now;
    }
    this.newestEnd = Math.max(this.newestEnd, call.end);
    // A little late is not late: it counts as if it had ended with the one that went on last.
    const end = Math.max(call.end, this.passedEnd);
    if (end - call.end > waits.least) {
      this.onLate();
      if (++this.lateInARow >= mostLateInARow) this.begin();
      return;
    }
    this.lateInARow = 0;
    const { waiting } = this;
    let at = waiting.length;
    while (at > this.head && waiting[at - 1]!.end > end) at--;
    const entry = { start: call.start, end, isFailure: call.isFailure, arrivedAt: now };
    if (at === waiting.length) waiting.push(entry);
    else waiting.splice(at, 0, entry);
    if (waiting.length - this.head > mostWaiting) this.pass(mostWaiting / 2);
  }

  /** Nothing waits, and what comes comes in order: one may go on by itself. */
  get isIdle(): boolean {
    return this.isEmpty && this.waitMillis === waits.least;
  }

  get isEmpty(): boolean {
    return this.head === this.waiting.length;
  }

  /** How long what comes waits. */
  get wait(): number {
    return this.waitMillis;
  }

  /** One went on by itself. */
  passed(end: number): void {
    if (end > this.newestEnd) this.newestEnd = end;
    if (end > this.passedEnd) this.passedEnd = end;
  }

  /** Those that have waited long enough go on. */
  look(now: number): void {
    if (now - this.disorderAt > calmMillis) this.waitMillis = waits.least;
    let ready = this.head;
    while (ready < this.waiting.length && this.waiting[ready]!.arrivedAt + this.waitMillis <= now) ready++;
    this.pass(ready - this.head);
  }

  /** All of them go on. */
  flush(): void {
    this.pass(this.waiting.length - this.head);
  }

  private begin(): void {
    this.flush();
    this.newestEnd = Number.NEGATIVE_INFINITY;
    this.passedEnd = Number.NEGATIVE_INFINITY;
    this.lateInARow = 0;
    this.onClockSet();
  }

  private pass(count: number): void {
    for (let i = 0; i < count; i++) {
      const call = this.waiting[this.head++]!;
      this.passedEnd = call.end;
      this.onNext(call);
    }
    if (this.head < mostWaiting / 2 && this.head < this.waiting.length) return;
    this.waiting = this.waiting.slice(this.head);
    this.head = 0;
  }
}
