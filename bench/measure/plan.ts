import { isPaced } from '../load/schedule.ts';
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
export function plan(
  options: Pick<Options, 'rounds' | 'loads' | 'encodings' | 'compressions' | 'subjects'>,
): Step[] {
  const rounds = Array.from({ length: options.rounds }, (_, index) => index + 1);
  return casesOf(options).flatMap((one) =>
    rounds.flatMap((round) => options.subjects.map((subject) => ({ subject, case: one, round }))),
  );
}

/** How it is sent is nothing to who is idle. Beside another encoding JSON is measured only where everything is taken that can be. */
export function casesOf({
  loads,
  encodings,
  compressions,
}: Pick<Options, 'loads' | 'encodings' | 'compressions'>): Case[] {
  const idle: Case[] = loads.includes(0) ? [{ load: 0, encoding: encodings[0]!, compression: 'none' }] : [];
  const loaded = encodings.flatMap((encoding, index) =>
    compressions.flatMap((compression) =>
      loads
        .filter((load) => load !== 0 && (index === 0 || !isPaced(load)))
        .map((load) => ({ load, encoding, compression })),
    ),
  );
  return [...idle, ...loaded];
}
