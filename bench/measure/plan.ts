import type { Options } from '../options.ts';
import type { SubjectName } from '../subjects/subject.ts';
import type { Case } from './sample.ts';

export interface Step {
  subject: SubjectName;
  case: Case;
  /** From 1. */
  round: number;
}

/** Each case is measured of all subjects by turns before the next begins, so that what they are compared at is the same hour. */
export function plan(options: Pick<Options, 'rounds' | 'loads' | 'compressions' | 'subjects'>): Step[] {
  const rounds = Array.from({ length: options.rounds }, (_, index) => index + 1);
  return casesOf(options).flatMap((one) =>
    rounds.flatMap((round) => options.subjects.map((subject) => ({ subject, case: one, round }))),
  );
}

/** Compression is nothing to who is idle. */
export function casesOf({ loads, compressions }: Pick<Options, 'loads' | 'compressions'>): Case[] {
  const idle: Case[] = loads.includes(0) ? [{ load: 0, compression: 'none' }] : [];
  const loaded = compressions.flatMap((compression) =>
    loads.filter((load) => load !== 0).map((load) => ({ load, compression })),
  );
  return [...idle, ...loaded];
}
