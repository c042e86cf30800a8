/** Rows in one step at the most; and after so long it takes no further row, since what it deleted is still to be written. */
const stepRows = 32;
const stepMillis = 1;
/** As long as more is stored than goes, steps are as long as storing takes, but not longer than this. */
const longestStepMillis = 50;

/** How much one step may do. */
export interface Budget {
  rows: number;
  isSpent: () => boolean;
}

/** How much time goes into storing events, and how much a step of maintenance may therefore take. */
export class Effort {
  private readonly monotonic: () => number;
  private lastStoredAt = Number.NEGATIVE_INFINITY;
  /** Since the last step; and since the last one that deleted something. */
  private storedMillis = 0;
  private owedMillis = 0;
  private settledAt: number;
  private stepBeganAt: number;

  /** @param monotonic milliseconds of a clock that is never set back */
  constructor(monotonic: () => number) {
    this.monotonic = monotonic;
    this.settledAt = monotonic();
    this.stepBeganAt = this.settledAt;
  }

  /** Runs what stores events. */
  storing<T>(store: () => T): T {
    const beganAt = this.monotonic();
    try {
      return store();
    } finally {
      this.lastStoredAt = this.monotonic();
      this.storedMillis += this.lastStoredAt - beganAt;
      this.owedMillis += this.lastStoredAt - beganAt;
    }
  }

  /** For how long nothing has been stored. */
  get idleMillis(): number {
    return this.monotonic() - this.lastStoredAt;
  }

  /** @param pressure from 1 on more is stored than goes */
  budget(pressure: number): Budget {
    const owed = pressure < 1 ? 0 : this.owedMillis * pressure;
    const millis = Math.min(Math.max(owed, stepMillis), longestStepMillis);
    this.owedMillis = 0;
    const until = this.monotonic() + millis;
    return {
      rows: Math.ceil((stepRows * millis) / stepMillis),
      isSpent: () => this.monotonic() >= until,
    };
  }

  begin(): void {
    this.stepBeganAt = this.monotonic();
  }

  /** After a step: how long it took, and which part of the time since the one before, 0 to 1, went into storing. */
  settle(): { tookMillis: number; storingShare: number } {
    const now = this.monotonic();
    const storingShare = Math.min(this.storedMillis / Math.max(now - this.settledAt, 1), 1);
    this.settledAt = now;
    this.storedMillis = 0;
    return { tookMillis: now - this.stepBeganAt, storingShare };
  }
}
