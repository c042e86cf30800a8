import { randomInt } from 'node:crypto';
import { parseOptions, UsageWrong, whole } from '../support/command-line.ts';
import { targets } from './targets.ts';

export const usage = `usage: npm run fuzz -- [option]...

  --seconds N    for so long (60)
  --cases N      no more than so many
  --seed N       the choices follow from it (random; it is printed)
  --from N       begins with this case (0)
  --target NAME  ${targets.map(({ name }) => name).join(', ')} (all by turns)
  --workers N    so many threads, each with every so-manieth case (1)
`;

export interface Options {
  seconds: number;
  cases: number;
  seed: number;
  from: number;
  /** Undefined: all. */
  target: string | undefined;
  workers: number;
}

/** @throws UsageWrong */
export function readOptions(args: string[]): Options {
  const given = parseOptions(args, ['seconds', 'cases', 'seed', 'from', 'target', 'workers']);
  const { target } = given;
  if (target !== undefined && !targets.some(({ name }) => name === target))
    throw new UsageWrong(`--target: ${target} is not known`);
  const cases = whole('cases', given.cases, Number.MAX_SAFE_INTEGER);
  return {
    seconds: whole('seconds', given.seconds, given.cases === undefined ? 60 : 86_400),
    cases,
    seed: whole('seed', given.seed, randomInt(2 ** 32)),
    from: whole('from', given.from, 0),
    target,
    workers: Math.max(1, whole('workers', given.workers, 1)),
  };
}
