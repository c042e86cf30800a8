import { Worker } from 'node:worker_threads';
import { ownMemory } from '../../src/runtime/process-memory.ts';
import type { Options } from './options.ts';
import { type Failure, runCase, targetOf } from './run-cases.ts';
import { targets } from './targets.ts';
import type { WorkerReport, WorkerTask } from './worker.ts';

/** No case may take longer, wherever it hangs. */
const hangMillis = 30_000;
/** Memory may grow by so much once all is compiled. */
const growthBytes = 300 * 2 ** 20;
const warmUpMillis = 10_000;

export interface Report extends WorkerReport {
  seconds: number;
  /** Of the processor, all threads together: what others do on the machine does not count. */
  cpuSeconds: number;
}

/** Runs cases in threads of their own, and watches them: a thread that hangs cannot say so. */
export async function fuzz(options: Options): Promise<Report> {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const { workers, cases, from } = options;
  const reports = await Promise.all(
    Array.from({ length: workers }, (_, at) =>
      runWorker(options, from + at, Math.min(from + cases, Number.MAX_SAFE_INTEGER)),
    ),
  );
  const { user, system } = process.cpuUsage(cpuStart);
  const failures = await Promise.all(
    reports.flatMap((report) => report.failures).map((each) => withStack(each, options.seed)),
  );
  return {
    cases: reports.reduce((sum, report) => sum + report.cases, 0),
    taken: reports.reduce((sum, report) => sum + report.taken, 0),
    failures,
    next: Math.min(...reports.map(({ next }) => next)),
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: (user + system) / 1e6,
  };
}

function runWorker(
  { seed, target, seconds, workers }: Options,
  from: number,
  until: number,
): Promise<WorkerReport> {
  const progress = new BigInt64Array(new SharedArrayBuffer(8));
  const task: WorkerTask = { seed, from, step: workers, until, millis: seconds * 1000, target, progress };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const of = (what: string): WorkerReport => {
    const at = Number(Atomics.load(progress, 0));
    const { name } = targets.find((each) => each.name === target) ?? targetOf(Math.max(0, at));
    return { cases: 0, taken: 0, next: at, failures: [{ target: name, case: at, what, input: '' }] };
  };
  return new Promise((resolve) => {
    const finish = (report: WorkerReport): void => {
      clearInterval(watch);
      resolve(report);
      void worker.terminate();
    };
    const watch = setInterval(
      watcher(progress, (what) => finish(of(what))),
      1_000,
    );
    worker.once('message', finish);
    worker.once('error', (error: Error) => finish(of(`the thread ended: ${error.stack ?? error.message}`)));
  });
}

function watcher(progress: BigInt64Array<SharedArrayBuffer>, fail: (what: string) => void): () => void {
  const start = performance.now();
  let last = { at: -2n, since: start };
  let baseline: number | undefined;
  return () => {
    const now = performance.now();
    const at = Atomics.load(progress, 0);
    if (at !== last.at) last = { at, since: now };
    else if (at !== -1n && now - last.since > hangMillis)
      fail(`it hangs, or takes more than ${hangMillis} ms`);
    if (now - start < warmUpMillis) return;
    const used = ownMemory.usedBytes();
    baseline ??= used;
    if (used > baseline + growthBytes)
      fail(`memory grows: ${Math.round(used / 2 ** 20)} MiB, which were ${Math.round(baseline / 2 ** 20)}`);
  };
}

/** What was run without stacks once more with them. */
async function withStack(failure: Failure, seed: number): Promise<Failure> {
  const target = targets.find(({ name }) => name === failure.target);
  if (failure.input === '' || target === undefined) return failure;
  const again = await runCase(target, seed, failure.case);
  await target.close?.();
  return typeof again === 'object' ? again : failure;
}
