import { outcome } from '../client-calls/outcome.ts';

/** Durations by powers of the square root of two, from 1 ms to some minutes. */
const steps = 40;
const root = Math.SQRT2;
export const mostAttemptsSeen = 10;
const mostOutages = 20;

/** A time in which a breaker would have been open, once or again and again, until the dependency was well again. */
export interface Outage {
  /** Milliseconds since the Unix epoch, by the clock of the app. */
  from: number;
  /** When a call was well again; undefined while none was. */
  to: number | undefined;
}

/** What was seen of the calls of a service to a dependency: what advice about them is made of. Counts are weighted. */
export class Profile {
  calls = 0;
  failures = 0;
  /** Given up by who waited for them. */
  aborted = 0;
  /** Of calls that were well. */
  private readonly durations = new Float64Array(steps);
  private wellTimed = 0;
  /** Calls that were tried again, by how many attempts it took until they were well, or until nobody tried any more. */
  readonly recoveredWith = new Float64Array(mostAttemptsSeen + 1);
  readonly exhaustedWith = new Float64Array(mostAttemptsSeen + 1);
  /** The last ones, the newest at the end. */
  readonly outages: Outage[] = [];
  longestRunOfFailures = 0;
  private run = 0;

  count(became: number, millis: number, weight: number): void {
    this.calls += weight;
    if (became === outcome.failure) {
      this.failures += weight;
      this.run++;
      if (this.run > this.longestRunOfFailures) this.longestRunOfFailures = this.run;
      return;
    }
    if (became === outcome.aborted) {
      this.aborted += weight;
      return;
    }
    this.run = 0;
    if (became !== outcome.success) return;
    this.durations[stepOf(millis)]! += weight;
    this.wellTimed += weight;
  }

  chainEnded(attempts: number, isRecovered: boolean, weight: number): void {
    const counts = isRecovered ? this.recoveredWith : this.exhaustedWith;
    counts[Math.min(attempts, mostAttemptsSeen)]! += weight;
  }

  /** A breaker of any instance opened: the dependency is away, unless it was already. */
  opened(at: number): void {
    if (this.outages.at(-1)?.to === undefined && this.outages.length > 0) return;
    if (this.outages.push({ from: at, to: undefined }) > mostOutages) this.outages.shift();
  }

  closed(at: number): void {
    const last = this.outages.at(-1);
    if (last !== undefined && last.to === undefined) last.to = Math.max(last.from, at);
  }

  /**
   * The duration that so many of the calls that were well did not take longer than, to a factor of 1.4; milliseconds.
   * @param share 0 to 1
   * @returns undefined if none was well
   */
  durationAt(share: number): number | undefined {
    if (this.wellTimed === 0) return undefined;
    let left = this.wellTimed * share;
    for (let step = 0; step < steps; step++) {
      left -= this.durations[step]!;
      if (left <= 1e-9) return upperOf(step);
    }
    return upperOf(steps - 1);
  }
}

function stepOf(millis: number): number {
  if (!(millis > 1)) return 0;
  const whole = Math.ceil(Math.min(millis, 2 ** 30));
  const power = 31 - Math.clz32(whole);
  const lower = 1 << power;
  if (whole === lower) return Math.min(steps - 1, 2 * power);
  return Math.min(steps - 1, 2 * power + (whole <= lower * root ? 1 : 2));
}

function upperOf(step: number): number {
  return Math.round(root ** step);
}
