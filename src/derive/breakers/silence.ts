/** From so many calls on it is known how often they come. */
const leastCalls = 10;
/** Of the last calls, a fifth or more failed. */
const failing = { share: 0.2, of: 20 };
/** They would have come so many times by now. */
const missedCalls = 20;
const leastSilenceMillis = 5_000;
/** In the silence the instance was asked for so much. */
const leastWork = 5;

/** One of those that a service runs as. */
export interface Instance {
  /** Spans of work that was asked of it, so far. */
  work: number;
}

/**
 * Knows when calls that failed have stopped, though the instance goes on with its work: an open breaker makes no spans, so this is all
 * that can be seen of one.
 */
export class Silence {
  private readonly instance: Instance;
  /** Of the last calls, a bit each, whether it failed. */
  private failures = 0;
  private calls = 0;
  private firstEnd = 0;
  private lastEnd = Number.NEGATIVE_INFINITY;
  private workThen = 0;
  isSuspect = false;

  constructor(instance: Instance) {
    this.instance = instance;
  }

  called(end: number, isFailure: boolean): void {
    if (this.isSuspect || this.calls === 0) this.begin(end);
    this.isSuspect = false;
    this.calls++;
    this.failures = ((this.failures << 1) | (isFailure ? 1 : 0)) & (2 ** failing.of - 1);
    this.lastEnd = Math.max(this.lastEnd, end);
    this.workThen = this.instance.work;
  }

  look(now: number): void {
    if (this.calls < leastCalls) return;
    const everyMillis = (this.lastEnd - this.firstEnd) / (this.calls - 1);
    const isSilent = now - this.lastEnd >= Math.max(leastSilenceMillis, missedCalls * everyMillis);
    const goesOn = this.instance.work - this.workThen >= leastWork;
    this.isSuspect =
      isSilent && goesOn && bitsIn(this.failures) >= failing.share * Math.min(failing.of, this.calls);
  }

  private begin(end: number): void {
    this.calls = 0;
    this.firstEnd = end;
    this.failures = 0;
  }
}

function bitsIn(value: number): number {
  let bits = 0;
  for (let rest = value; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}
