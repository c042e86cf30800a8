import type { Transport } from '../load/protocol.ts';
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
  options: Pick<Options, 'rounds' | 'loads' | 'transports' | 'encodings' | 'compressions' | 'subjects'>,
): Step[] {
  const rounds = Array.from({ length: options.rounds }, (_, index) => index + 1);
  return casesOf(options).flatMap((one) =>
    rounds.flatMap((round) =>
      options.subjects
        .filter((subject) => speaks(subject, one.transport))
        .map((subject) => ({ subject, case: one, round })),
    ),
  );
}

function speaks(subject: SubjectName, transport: Transport): boolean {
  return transport === 'http' || subject !== 'reference';
}

/** How it is sent is nothing to who is idle. */
export function casesOf({
  loads,
  transports,
  ...ways
}: Pick<Options, 'loads' | 'transports' | 'encodings' | 'compressions'>): Case[] {
  const [transport, encoding] = [transports[0]!, ways.encodings[0]!];
  const idle: Case[] = loads.includes(0) ? [{ load: 0, transport, encoding, compression: 'none' }] : [];
  const sent = loads.filter((load) => load !== 0);
  return [...idle, ...transports.flatMap((each) => casesOver(each, sent, ways))];
}

/** Beside another encoding JSON is measured only where everything is taken that can be; over gRPC there is none. */
function casesOver(
  transport: Transport,
  loads: Options['loads'],
  { encodings, compressions }: Pick<Options, 'encodings' | 'compressions'>,
): Case[] {
  const spoken = encodings.filter((encoding) => transport === 'http' || encoding === 'protobuf');
  return spoken.flatMap((encoding, index) =>
    compressions.flatMap((compression) =>
      loads
        .filter((load) => index === 0 || !isPaced(load))
        .map((load) => ({ load, transport, encoding, compression })),
    ),
  );
}
