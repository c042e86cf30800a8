import type { Series } from '../metrics/family.ts';
import type { Counter } from '../metrics/scalar.ts';

/** Calls of one operation that an app answered, or messages that it took, and those of them that failed. */
export interface CallRate {
  service: string;
  operation: string;
  /** In the last 5 minutes, or since it is counted. */
  recent: CallCount;
  /** In the hour before these. */
  before: CallCount;
}

export interface CallCount {
  calls: number;
  failed: number;
}

/** What is known of a series when it is made. */
export interface CallSubject {
  service: string;
  operation: string;
  failed: boolean;
}

interface Watched {
  of: Operation;
  failed: boolean;
  last: number;
}

interface Operation extends CallCount {
  service: string;
  operation: string;
  /** Counts at the looks of the last 5 minutes, and at every so many of them for the hour before. */
  recent: Float64Array;
  before: Float64Array;
}

/** Between two looks; milliseconds. */
export const rateStepMillis = 15_000;
const recentSteps = 20;
/** Of the 5 minutes, in the hour before. */
const beforeSteps = 12;
/** More than have series of their own; who makes up names is not followed. */
const mostOperations = 5_000;

/**
 * How many calls of late failed, by service and operation. Nothing is counted twice: it looks at the counters that are there, every 15
 * seconds, and remembers what they said.
 */
export class CallRates {
  private readonly counter: Pick<Counter, 'read'>;
  private readonly watched = new Map<Series, Watched>();
  private readonly operations = new Map<string, Operation>();
  private looks = 0;

  constructor(counter: Pick<Counter, 'read'>) {
    this.counter = counter;
  }

  /** A series has been made. */
  watch(series: Series, { service, operation, failed }: CallSubject): void {
    if (this.watched.has(series)) return;
    const key = JSON.stringify([service, operation]);
    let of = this.operations.get(key);
    if (of === undefined) {
      if (this.operations.size >= mostOperations) return;
      of = {
        service,
        operation,
        calls: 0,
        failed: 0,
        recent: ring(recentSteps),
        before: ring(beforeSteps + 1),
      };
      this.operations.set(key, of);
    }
    this.watched.set(series, { of, failed, last: 0 });
  }

  /** To be called every `rateStepMillis`. */
  look(): void {
    for (const [series, watched] of this.watched) this.take(series, watched);
    this.looks++;
    for (const operation of this.operations.values()) {
      if (this.looks % recentSteps === 0) note(operation, operation.before, this.looks / recentSteps);
      note(operation, operation.recent, this.looks);
    }
    if (this.looks % (recentSteps * beforeSteps) === 0) this.forget();
  }

  /** As of the last look; those without any calls are left out. */
  *all(): Generator<CallRate> {
    for (const operation of this.operations.values()) {
      const fiveMinutesAgo = at(operation.recent, this.looks - recentSteps);
      const recent = difference(operation, fiveMinutesAgo);
      if (recent.calls === 0) continue;
      const blocks = Math.floor(this.looks / recentSteps);
      const before = difference(fiveMinutesAgo, at(operation.before, blocks - 1 - beforeSteps));
      yield { service: operation.service, operation: operation.operation, recent, before };
    }
  }

  private take(series: Series, watched: Watched): void {
    const value = this.counter.read(series);
    if (value === undefined) {
      this.watched.delete(series);
      return;
    }
    const more = Math.max(0, value - watched.last);
    watched.last = value;
    watched.of.calls += more;
    if (watched.failed) watched.of.failed += more;
  }

  /** Operations that nobody calls any more have no series either. */
  private forget(): void {
    const live = new Set([...this.watched.values()].map(({ of }) => of));
    for (const [key, operation] of this.operations) if (!live.has(operation)) this.operations.delete(key);
  }
}

/** Of counts, in pairs. One more than there are steps, so that what is a whole ring ago is still there. */
function ring(steps: number): Float64Array {
  return new Float64Array(2 * (steps + 1));
}

function place(values: Float64Array, step: number): number {
  return 2 * (step % (values.length / 2));
}

function note({ calls, failed }: CallCount, values: Float64Array, step: number): void {
  const i = place(values, step);
  values[i] = calls;
  values[i + 1] = failed;
}

/** Nothing had been counted before the first step. */
function at(values: Float64Array, step: number): CallCount {
  if (step < 0) return { calls: 0, failed: 0 };
  const i = place(values, step);
  return { calls: values[i]!, failed: values[i + 1]! };
}

function difference(later: CallCount, earlier: CallCount): CallCount {
  return { calls: later.calls - earlier.calls, failed: later.failed - earlier.failed };
}
