import { randomInt } from 'node:crypto';
import { parseOptions, whole } from '../support/command-line.ts';

export const usage = `usage: npm run ledger -- [option]...

  --seconds N   for so long; the round that is under way then is ended (180)
  --rounds N    no more than so many
  --seed N      all choices follow from it (random; it is printed)
  --from N      begins with this round (0)
  --json FILE   writes the summary there as well
`;

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
  const given = parseOptions(args, ['seconds', 'rounds', 'seed', 'from', 'json']);
  return {
    seconds: whole('seconds', given.seconds, given.rounds === undefined ? 180 : 86_400),
    rounds: whole('rounds', given.rounds, Number.MAX_SAFE_INTEGER),
    seed: whole('seed', given.seed, randomInt(2 ** 32)),
    from: whole('from', given.from, 0),
    json: given.json,
  };
}
