import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export const usage = `usage: npm run ledger -- [option]...

  --seconds N   for so long; the round that is under way then is ended (180)
  --rounds N    no more than so many
  --seed N      all choices follow from it (random; it is printed)
  --from N      begins with this round (0)
  --json FILE   writes the summary there as well
`;

/** The command line is wrong; the message says how. */
export class UsageWrong extends Error {
  override readonly name = 'UsageWrong';
}

export interface Options {
  seconds: number;
  rounds: number;
  seed: number;
  from: number;
  /** Undefined: nowhere. */
  json: string | undefined;
}

/** @throws UsageWrong */
export function readOptions(args: string[]): Options {
  const given = parse(args);
  return {
    seconds: whole('seconds', given.seconds, given.rounds === undefined ? 180 : 86_400),
    rounds: whole('rounds', given.rounds, Number.MAX_SAFE_INTEGER),
    seed: whole('seed', given.seed, randomInt(2 ** 32)),
    from: whole('from', given.from, 0),
    json: given.json,
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args, options: { seconds: text, rounds: text, seed: text, from: text, json: text } })
      .values;
  } catch (error) {
    throw new UsageWrong((error as Error).message);
  }
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new UsageWrong(`--${name}: ${text} is not a whole number`);
  return Number(text);
}
