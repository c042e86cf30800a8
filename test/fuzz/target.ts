import type { Random } from './random.ts';

/** What became of a case: both are as they should be. */
export type Verdict = 'taken' | 'refused';

/** Something that is fuzzed. */
export interface Target {
  readonly name: string;
  /** An input, which follows from the choices alone. */
  make(random: Random): Uint8Array;
  /**
   * Gives the input to Tocsin and to a judge.
   * @throws whatever Tocsin throws that is not a refusal, and an Error if the two are not of one mind
   */
  check(input: Uint8Array, random: Random): Verdict | Promise<Verdict>;
  /** Ends what cases have in common, if there is anything. */
  close?(): Promise<void>;
}

/** The two are not of one mind. */
export class Difference extends Error {
  override readonly name = 'Difference';
}

/** @throws Difference */
export function same(what: string, seen: unknown, expected: unknown): void {
  // Quicker than to compare them member by member, and nearly always all there is to do.
  const [one, other] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (one !== other) throw new Difference(`${what}\n  seen:     ${one}\n  expected: ${other}`);
}
