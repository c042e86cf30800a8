import { parseArgs } from 'node:util';

export const usage = `usage: npm run grouping:score -- [option]...

  --language NAME  only this one; may be given more than once (all)
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
  verbose: boolean;
  json: string | undefined;
  least: number;
}

/** @throws UsageWrong */
export function readOptions(args: string[]): Options {
  const { language = [], verbose = false, json, least = '0' } = parse(args);
  const share = Number(least);
  if (least === '' || !(share >= 0 && share <= 1))
    throw new UsageWrong(`--least: ${least} is not from 0 to 1`);
  return { languages: language, verbose, json, least: share };
}

function parse(args: string[]) {
  const options = {
    language: { type: 'string', multiple: true },
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
