/** Stops a timer; harmless when it has fired or was stopped before. */
export type CancelTimer = () => void;

/**
 * Time as a parameter. Nothing that decides reads the wall clock itself, so tests and `replay` move time
 * by hand, and a test of "quiet for 30 minutes" takes no time.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. May jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations. */
  monotonic(): number;
  /** Runs `task` once, `delayMillis` from now. A pending timer does not keep the process alive. */
  after(delayMillis: number, task: () => void): CancelTimer;
}

/** setTimeout fires at once for longer delays than this (2^31 - 1 ms, about 24.8 days). */
const longestTimerMillis = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMillis, task) {
    const timer = setTimeout(task, Math.min(Math.max(0, delayMillis), longestTimerMillis));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
