import { harnessOf, install } from './harnesses.ts';
import { removeRuntime, write } from './files.ts';
import { writeManifest } from './manifest.ts';
import { readOptions, UsageWrong, usage } from './options.ts';
import { take } from './take.ts';
import { scenarios } from '../scenarios/index.ts';
import type { Scenario } from '../scenarios/scenario.ts';

/** A run that the machine disturbed may be tried again; one whose witnesses disagree for a reason fails again. */
const mostTries = 2;

async function record(scenario: Scenario): Promise<string | undefined> {
  const title = `${scenario.runtime}/${scenario.library}/${scenario.plan.scenario}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const taken = await take(scenario, harnessOf(scenario.runtime));
      write(taken);
      process.stdout.write(`${title}: ${taken.truth.calls.length} calls\n`);
      return undefined;
    } catch (error) {
      process.stdout.write(`FAILED ${title}: ${(error as Error).message}\n`);
      if (attempt === mostTries) return title;
    }
  }
}

async function main(args: string[]): Promise<void> {
  const { runtimes, only, jobs, noInstall } = readOptions(args);
  const wanted = scenarios().filter(
    ({ runtime, library, plan }) =>
      runtimes.includes(runtime) && `${runtime}/${library}/${plan.scenario}`.includes(only),
  );
  if (!noInstall) for (const runtime of runtimes) install(runtime);
  if (only === '') for (const runtime of runtimes) removeRuntime(runtime);
  const left = [...wanted];
  const failed: string[] = [];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const problem = await record(next);
      if (problem !== undefined) failed.push(problem);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  writeManifest();
  process.stdout.write(`${wanted.length - failed.length} recordings made, ${failed.length} failed\n`);
  if (failed.length > 0) process.exitCode = 1;
}

try {
  const args = process.argv.slice(2);
  if (args.includes('--help')) process.stdout.write(usage);
  else await main(args);
} catch (error) {
  if (!(error instanceof UsageWrong)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
