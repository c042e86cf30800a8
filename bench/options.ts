import { parseArgs } from 'node:util';
import { type Transport, transports } from './load/protocol.ts';
import type { Load } from './load/schedule.ts';
import { type Encoding, encodings } from './payload/request-stream.ts';
import { type SubjectName, subjectNames } from './subjects/subject.ts';

export const usage = `usage: npm run bench -- [option]...

  --seconds N             of each measurement (10)
  --warm-up N             seconds before it that do not count (5)
  --rounds N              each measurement is made so often, the subjects by turns (3)
  --loads LIST            spans a second, saturated, or storm: saturated while much fails; 0 = idle
                          (0,100,1000,10000,saturated,storm)
  --transports LIST       http, grpc: of what comes in; over gRPC it is protobuf, and there is no reference (http)
  --compressions LIST     none, gzip: in and out (none,gzip)
  --encodings LIST        protobuf, json (protobuf, and json when saturated)
  --subjects LIST         tocsin, otelcol, reference (all that are there)
  --failing-share N       of the requests that can fail, those that do (saturated: 0.001, else 0.107)
  --no-forward            send nothing on
  --program FILE          the bundle that is measured (dist/main.js)
  --json FILE             write every figure there
  --profile               instead: where Tocsin spends its time (--loads saturated)
  --smoke                 only that everything runs, in two or three minutes
  --least-ratio N         saturated, protobuf, less than this by the reference is a failure (1.5)
`;

/** The command line is wrong; the message says how. */
export class UsageWrong extends Error {
  override readonly name = 'UsageWrong';
}

export const compressions = ['none', 'gzip'] as const;
export type Compression = (typeof compressions)[number];

export interface Options {
  seconds: number;
  /** Not counted, before each measurement: until code is compiled and memory has grown. */
  warmUpSeconds: number;
  idleSeconds: number;
  rounds: number;
  /** How often the time until it is ready is taken. */
  starts: number;
  loads: readonly Load[];
  transports: readonly Transport[];
  compressions: readonly Compression[];
  encodings: readonly Encoding[];
  subjects: readonly SubjectName[];
  /** Whether they were named, so that all of them must be there. */
  areSubjectsChosen: boolean;
  /** Undefined: as usual. */
  failingShare: number | undefined;
  forward: boolean;
  program: string;
  json: string | undefined;
  profile: boolean;
  smoke: boolean;
  /** Below it something is wrong, however busy the machine is. */
  leastRatio: number;
}

/** @throws UsageWrong */
export function readOptions(args: string[]): Options {
  const given = parse(args);
  const smoke = given.smoke === true;
  const profile = given.profile === true;
  return {
    seconds: number('seconds', given.seconds, smoke ? 2 : 10),
    warmUpSeconds: number('warm-up', given['warm-up'], smoke ? 1 : 5),
    idleSeconds: smoke ? 2 : 20,
    rounds: whole('rounds', given.rounds, smoke ? 1 : 3),
    starts: smoke ? 1 : 5,
    loads: given.loads === undefined ? defaultLoads(smoke, profile) : split(given.loads).map(load),
    transports: given.transports === undefined ? ['http'] : oneOf('transports', given.transports, transports),
    compressions: oneOf('compressions', given.compressions, compressions),
    encodings: oneOf('encodings', given.encodings, encodings),
    subjects: oneOf('subjects', given.subjects, subjectNames),
    areSubjectsChosen: given.subjects !== undefined,
    failingShare: share('failing-share', given['failing-share']),
    forward: given.forward !== false,
    program: given.program ?? 'dist/main.js',
    json: given.json,
    profile,
    smoke,
    leastRatio: number('least-ratio', given['least-ratio'], 1.5),
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    seconds: text,
    'warm-up': text,
    rounds: text,
    loads: text,
    transports: text,
    compressions: text,
    subjects: text,
    encodings: text,
    program: text,
    json: text,
    'failing-share': text,
    'least-ratio': text,
    forward: flag,
    profile: flag,
    smoke: flag,
  };
  try {
    return parseArgs({ args, options, allowNegative: true }).values;
  } catch (error) {
    throw new UsageWrong((error as Error).message);
  }
}

function defaultLoads(smoke: boolean, profile: boolean): readonly Load[] {
  if (profile) return ['saturated'];
  return smoke ? [0, 1000, 'storm'] : [0, 100, 1000, 10_000, 'saturated', 'storm'];
}

function load(text: string): Load {
  return text === 'saturated' || text === 'storm' ? text : number('loads', text, 0);
}

function number(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0)
    throw new UsageWrong(`--${name}: ${text} is not a number that is possible here`);
  return value;
}

function share(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = number(name, text, 0);
  if (value > 1) throw new UsageWrong(`--${name}: ${text} is more than all`);
  return value;
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  const value = number(name, text, otherwise);
  if (!Number.isInteger(value) || value === 0)
    throw new UsageWrong(`--${name}: ${text} is not a whole number above 0`);
  return value;
}

function oneOf<T extends string>(
  name: string,
  text: string | undefined,
  allowed: readonly T[],
): readonly T[] {
  if (text === undefined) return allowed;
  return split(text).map((item) => {
    const found = allowed.find((known) => known === item);
    if (found === undefined) throw new UsageWrong(`--${name}: ${item} is not one of: ${allowed.join(', ')}`);
    return found;
  });
}

function split(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}
