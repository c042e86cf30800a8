import { CallHeap } from './call-heap.ts';
import type { EndedCall } from './shadow-breaker.ts';

/** Calls wait so long at least, and at most, for others that ended before them. */
const waits = { least: 1_000, most: 10_000 };
/** Of one dependency: where more come the first go on before their time. */
const mostWaiting = 256;
/** Then the clock of the app was set, and what was known of its time is not so any more. */
const mostLateInARow = 20;
/** As long as none is late. */
const calmMillis = 60_000;

/**
 * Puts calls into the order in which they ended. Most come so, and wait for a second only; once some came later than others that had
 * ended after them, all wait for as long as those were late, up to ten seconds.
 */
export class CallOrder {
  private readonly onNext: (call: EndedCall) => void;
  private readonly onLate: () => void;
  private readonly onClockSet: () => void;
  private readonly waiting = new CallHeap(mostWaiting + 1);
  /** The one that goes on, written over by the next. */
  private readonly next: EndedCall = { start: 0, end: 0, isFailure: false };
  private waitMillis = waits.least;
  private newestEnd = Number.NEGATIVE_INFINITY;
  private passedEnd = Number.NEGATIVE_INFINITY;
  private lateInARow = 0;
  /** Of those that wait. */
  private failures = 0;
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

  add(start: number, ended: number, isFailure: boolean, now: number): void {
    if (ended < this.newestEnd) {
      this.waitMillis = Math.max(this.waitMillis, Math.min(waits.most, this.newestEnd - ended));
      this.disorderAt = now;
    } else this.newestEnd = ended;
    // A little late is not late: it counts as if it had ended with the one that went on last.
    const end = Math.max(ended, this.passedEnd);
    if (end - ended > waits.least) {
      this.onLate();
      if (++this.lateInARow >= mostLateInARow) this.begin();
      return;
    }
    this.lateInARow = 0;
    if (isFailure) this.failures++;
    this.waiting.add(start, end, isFailure, now);
    if (this.waiting.size > mostWaiting) this.pass(mostWaiting / 2);
  }

  /** What comes comes in order, and no failure waits: a call that was well may go on by itself, once those that wait have. */
  get isCalm(): boolean {
    return this.failures === 0 && this.waitMillis === waits.least;
  }

  get isEmpty(): boolean {
    return this.waiting.size === 0;
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
    while (!this.isEmpty && this.waiting.firstArrivedAt + this.waitMillis <= now) this.pass(1);
    this.waiting.trim();
  }

  /** All of them go on. */
  flush(): void {
    this.pass(this.waiting.size);
  }

  private begin(): void {
    this.flush();
    this.newestEnd = Number.NEGATIVE_INFINITY;
    this.passedEnd = Number.NEGATIVE_INFINITY;
    this.lateInARow = 0;
    this.onClockSet();
  }

  private pass(count: number): void {
    const { waiting, next } = this;
    for (let i = 0; i < count; i++) {
      waiting.take(next);
      this.passedEnd = next.end;
      if (next.isFailure) this.failures--;
      this.onNext(next);
    }
  }
}
