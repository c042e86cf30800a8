import { parseArgs } from 'node:util';
import type { Part } from '../record/manifest.ts';
import { type Condition, conditions } from './variants.ts';

export const usage = `usage: npm run lab:score -- [option]...

  --only PART      only the recordings for tuning, or only those for validation (both, each by itself)
  --received HOW   only "in order", "shuffled" or "sampled"; may be given more than once (all)
  --sure           links that are told with low confidence do not count
  --baseline       score the simple rules that are there to compare with
  --verbose        a line for each recording as well
  --faults         the links that are wrong or missing; of the recordings for tuning only
  --json           figures of each recording, as JSON
  --strict         fail if a target is not reached
`;

/** The command line is wrong; the message says how. */
export class UsageWrong extends Error {
  override readonly name = 'UsageWrong';
}

export interface Options {
  parts: readonly Part[];
  conditions: readonly Condition[];
  sure: boolean;
  baseline: boolean;
  verbose: boolean;
  faults: boolean;
  json: boolean;
  strict: boolean;
}

const parts: readonly Part[] = ['tuning', 'validation'];

/** @throws UsageWrong */
export function readOptions(args: string[]): Options {
  const { only, received = [], ...flags } = parse(args);
  if (only !== undefined && !parts.some((part) => part === only))
    throw new UsageWrong(`--only: ${only} is not one of: ${parts.join(', ')}`);
  const unknown = received.find((name) => !conditions.some((one) => one === name));
  if (unknown !== undefined)
    throw new UsageWrong(`--received: ${unknown} is not one of: ${conditions.join(', ')}`);
  const {
    sure = false,
    baseline = false,
    verbose = false,
    faults = false,
    json = false,
    strict = false,
  } = flags;
  return {
    parts: parts.filter((part) => only === undefined || part === only),
    conditions: conditions.filter((one) => received.length === 0 || received.includes(one)),
    sure,
    baseline,
    verbose,
    faults,
    json,
    strict,
  };
}

function parse(args: string[]) {
  const options = {
    only: { type: 'string' },
    received: { type: 'string', multiple: true },
    sure: { type: 'boolean' },
    baseline: { type: 'boolean' },
    verbose: { type: 'boolean' },
    faults: { type: 'boolean' },
    json: { type: 'boolean' },
    strict: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageWrong((error as Error).message);
  }
}
