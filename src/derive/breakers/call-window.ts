/** The window moves in so many steps. */
const steps = 60;

/** Calls in the last so many milliseconds, to a sixtieth of those. */
export class CallWindow {
  private readonly stepMillis: number;
  private readonly calls = new Uint32Array(steps);
  private readonly failures = new Uint32Array(steps);
  private readonly slow = new Uint32Array(steps);
  /** The step that was counted in last. */
  private last = 0;
  private readonly sum = { calls: 0, failures: 0, slow: 0 };

  constructor(millis: number) {
    this.stepMillis = millis / steps;
  }

  /** @param at not before the one that was added last, or it counts as at the same time */
  add(at: number, isFailure: boolean, isSlow: boolean): void {
    this.moveTo(at);
    const step = this.last % steps;
    this.calls[step]!++;
    this.sum.calls++;
    if (isFailure) {
      this.failures[step]!++;
      this.sum.failures++;
    }
    if (isSlow) {
      this.slow[step]!++;
      this.sum.slow++;
    }
  }

  at(now: number): Readonly<CallWindow['sum']> {
    this.moveTo(now);
    return this.sum;
  }

  clear(): void {
    this.last = 0;
    this.empty();
  }

  private empty(): void {
    for (const counts of [this.calls, this.failures, this.slow]) counts.fill(0);
    Object.assign(this.sum, { calls: 0, failures: 0, slow: 0 });
  }

  private moveTo(at: number): void {
    const now = Math.floor(at / this.stepMillis);
    if (now <= this.last) return;
    if (now - this.last >= steps) this.empty();
    else for (let step = this.last + 1; step <= now; step++) this.emptyStep(step % steps);
    this.last = now;
  }

  private emptyStep(step: number): void {
    this.sum.calls -= this.calls[step]!;
    this.sum.failures -= this.failures[step]!;
    this.sum.slow -= this.slow[step]!;
    this.calls[step] = 0;
    this.failures[step] = 0;
    this.slow[step] = 0;
  }
}
