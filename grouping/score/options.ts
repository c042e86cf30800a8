import { parseArgs } from 'node:util';
import { type Part, parts } from '../sample.ts';

export const usage = `usage: npm run grouping:score -- [option]...

  --language NAME  only this one; may be given more than once (all)
  --part NAME      only tuning, or only validation (both)
  --verbose        every fault, with the calls that the fingerprint is made of (only the worst, without)
  --json FILE      write figures and faults there
  --least N        precision or recall of a part below this is a failure (none): 0 to 1
`;

/** The command line is wrong; the message says how. */
export class UsageWrong extends Error {
  override readonly name = 'UsageWrong';
}

export interface Options {
  languages: readonly string[];
  part: Part | undefined;
  verbose: boolean;
  json: string | undefined;
  least: number;
}

/** @throws UsageWrong */
export function readOptions(args: string[]): Options {
  const { language = [], part: name, verbose = false, json, least = '0' } = parse(args);
  const share = Number(least);
  if (least === '' || !(share >= 0 && share <= 1))
    throw new UsageWrong(`--least: ${least} is not from 0 to 1`);
  const part = parts.find((each) => each === name);
  if (name !== undefined && part === undefined)
    throw new UsageWrong(`--part: ${name} is not one of: ${parts.join(', ')}`);
  return { languages: language, part, verbose, json, least: share };
}

function parse(args: string[]) {
  const options = {
    language: { type: 'string', multiple: true },
    part: { type: 'string' },
    verbose: { type: 'boolean' },
    json: { type: 'string' },
    least: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageWrong((error as Error).message);
  }
}
