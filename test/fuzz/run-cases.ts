import { Random } from './random.ts';
import type { Target, Verdict } from './target.ts';
import { targets } from './targets.ts';

/** A case that went wrong. */
export interface Failure {
  target: string;
  case: number;
  /** What is wrong, with the stack of it. */
  what: string;
  /** The input, in hex. */
  input: string;
}

/** Far more than any case takes; to look at the processor's time takes longer than most cases. */
const slowMillis = 250;

/**
 * Which target a case is of. What is quick comes more often; where one comes is by the number of the case, so that it can be made again by
 * itself. A new one takes the place of one that comes often, so that the others keep theirs.
 */
const round = [0, 1, 7, 2, 0, 1, 3, 0, 2, 0, 1, 4, 0, 2, 0, 1, 5, 0, 2, 6] as const;
/** In the last of so many it is a connection. */
const rounds = 10;

/** After so many cases it begins anew. */
export const scheduleLength = rounds * round.length;

export function targetOf(caseNumber: number): Target {
  const at = round[caseNumber % round.length]!;
  const isLast = caseNumber % scheduleLength >= scheduleLength - round.length;
  return targets[at === 7 && isLast ? 8 : at]!;
}

/** Runs one case. @returns what became of it, or what is wrong */
export async function runCase(target: Target, seed: number, caseNumber: number): Promise<Verdict | Failure> {
  const start = performance.now();
  const verdict = await tryCase(target, seed, caseNumber);
  if (typeof verdict === 'object' || performance.now() - start < slowMillis) return verdict;
  // The machine may have been busy with others: what the thread itself computes for is what counts.
  const before = process.threadCpuUsage();
  await tryCase(target, seed, caseNumber);
  const { user, system } = process.threadCpuUsage(before);
  const millis = (user + system) / 1000;
  return millis < slowMillis
    ? verdict
    : failure(target, seed, caseNumber, `it takes ${Math.round(millis)} ms`);
}

async function tryCase(target: Target, seed: number, caseNumber: number): Promise<Verdict | Failure> {
  const random = randomOf(target, seed, caseNumber);
  try {
    return await target.check(target.make(random), random);
  } catch (error) {
    return failure(target, seed, caseNumber, (error as Error).stack ?? String(error));
  }
}

function failure(target: Target, seed: number, caseNumber: number, what: string): Failure {
  const input = Buffer.from(target.make(randomOf(target, seed, caseNumber))).toString('hex');
  return { target: target.name, case: caseNumber, what, input };
}

function randomOf({ name }: Target, seed: number, caseNumber: number): Random {
  const salt = [...Buffer.from(name)].reduce((sum, byte) => sum * 31 + byte, 0);
  return new Random(seed, salt, caseNumber);
}
