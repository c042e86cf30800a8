import { parentPort, workerData } from 'node:worker_threads';
import type { Failure } from './run-cases.ts';
import { runCase, targetOf } from './run-cases.ts';
import { targets } from './targets.ts';

export interface WorkerTask {
  seed: number;
  /** The first case, and how far it is to the next. */
  from: number;
  step: number;
  /** Cases below this one. */
  until: number;
  millis: number;
  target: string | undefined;
  /** Holds the case that is being run, or -1 when all is over. */
  progress: BigInt64Array<SharedArrayBuffer>;
}

export interface WorkerReport {
  cases: number;
  taken: number;
  failures: Failure[];
  /** The first that was not run any more. */
  next: number;
}

const mostFailures = 10;

// Refusals are errors, and their stacks take as long as all else.
Error.stackTraceLimit = 0;

const task = workerData as WorkerTask;
const { seed, from, step, until, millis, progress } = task;
const only = targets.find(({ name }) => name === task.target);
const report: WorkerReport = { cases: 0, taken: 0, failures: [], next: from };
const end = performance.now() + millis;

for (; report.next < until && performance.now() < end; report.next += step) {
  Atomics.store(progress, 0, BigInt(report.next));
  const outcome = await runCase(only ?? targetOf(report.next), seed, report.next);
  report.cases++;
  if (outcome === 'taken') report.taken++;
  if (typeof outcome === 'object' && report.failures.push(outcome) === mostFailures) break;
}
Atomics.store(progress, 0, -1n);
parentPort?.postMessage(report);
