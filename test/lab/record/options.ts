import { parseArgs } from 'node:util';
import type { Scenario } from '../scenarios/scenario.ts';
import { runtimesHere } from './harnesses.ts';

export const usage = `usage: npm run lab -- [option]...

  --runtime NAME   only node, python, go or java; may be given more than once (those that are installed here)
  --only TEXT      only recordings with this in their name (all)
  --jobs N         so many at once (2)
  --no-install     what the harnesses depend on is there already
`;

/** The command line is wrong; the message says how. */
export class UsageWrong extends Error {
  override readonly name = 'UsageWrong';
}

export interface Options {
  runtimes: readonly Scenario['runtime'][];
  only: string;
  jobs: number;
  noInstall: boolean;
}

/** @throws UsageWrong */
export function readOptions(args: string[]): Options {
  const { runtime = [], only = '', jobs = '2', 'no-install': noInstall = false } = parse(args);
  const here = runtimesHere();
  const wanted = here.filter((name) => runtime.length === 0 || runtime.includes(name));
  const missing = runtime.find((name) => !wanted.some((each) => each === name));
  if (missing !== undefined) throw new UsageWrong(`--runtime: ${missing} is not one of: ${here.join(', ')}`);
  const count = Number(jobs);
  if (!Number.isInteger(count) || count < 1)
    throw new UsageWrong(`--jobs: ${jobs} is not a number from 1 on`);
  return { runtimes: wanted, only, jobs: count, noInstall };
}

function parse(args: string[]) {
  const options = {
    runtime: { type: 'string', multiple: true },
    only: { type: 'string' },
    jobs: { type: 'string' },
    'no-install': { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageWrong((error as Error).message);
  }
}
