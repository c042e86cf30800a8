import { Random } from '../fuzz/random.ts';
import { type Policy, policyOf, type Settings, settingsOf } from './settings.ts';

/** How a back end answers; see `Upstream`. */
export const moods = [
  'well',
  'mixed',
  'slow',
  'busy',
  'unavailable',
  'broken',
  'picky',
  'narrow',
  'choosy',
  'silent',
  'rude',
  'away',
] as const;
export type Mood = (typeof moods)[number];

export interface MoodChange {
  /** Milliseconds since the load began. */
  at: number;
  mood: Mood;
}

/** What is done to Tocsin. Each is begun when the one before has ended, and no sooner than this. */
export type Fault = {
  at: number;
} /** Also so long after it began to stop, and again so long after it began to start. */ & (
  | {
      kind: 'kill';
      afterStopMillis: number | undefined;
      downMillis: number;
      afterStartMillis: number | undefined;
    }
  | { kind: 'stop'; downMillis: number }
  | { kind: 'reload'; policy: Policy }
  | { kind: 'fill disk'; forMillis: number }
  | { kind: 'lock store'; forMillis: number }
);

/** Everything about a round that is not left to the moment. */
export interface Plan {
  seed: number;
  round: number;
  settings: Settings;
  loadMillis: number;
  senders: number;
  faults: readonly Fault[];
  /** By back end. */
  moods: readonly (readonly MoodChange[])[];
}

const mostFaults = 5;

/** @param hasDisks whether a file system can be mounted here */
export function planOf(seed: number, round: number, hasDisks: boolean): Plan {
  const random = new Random(seed, 1, round);
  const settings = settingsOf(random, hasDisks);
  const loadMillis = 5_000 + random.below(4_000);
  // Some rounds only have a back end that misbehaves: there everything can be told to the last item.
  const faults = random.once(4) ? [] : faultsOf(random, settings, loadMillis);
  return {
    seed,
    round,
    settings,
    loadMillis,
    senders: 2 + random.below(4),
    faults,
    moods: Array.from({ length: settings.destinations }, () => moodsOf(random, loadMillis)),
  };
}

function faultsOf(random: Random, settings: Settings, loadMillis: number): Fault[] {
  const times = Array.from({ length: 1 + random.below(mostFaults) }, () => random.below(loadMillis));
  const kinds = kindsFor(random, settings);
  return times.sort((a, b) => a - b).map((at) => ({ at, ...faultOf(random, random.one(kinds)) }));
}

function kindsFor(random: Random, { spool, diskMebibytes }: Settings): readonly Fault['kind'][] {
  // What a process loses for want of room in its last moments is in no counter that anybody has read.
  if (spool === 'tiny') return ['reload', 'lock store'];
  // Where Tocsin ends only as it should, everything can be told to the last item over all its processes.
  if (random.once(3)) return ['stop', 'stop', 'reload', 'lock store'];
  const usual = ['kill', 'kill', 'stop', 'reload', 'lock store'] as const;
  return diskMebibytes === undefined ? usual : [...usual, 'fill disk', 'fill disk'];
}

/** Of each member of a union by itself. */
type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

function faultOf(random: Random, kind: Fault['kind']): WithoutTime<Fault> {
  const sometimes = (millis: number): number | undefined =>
    random.once(3) ? random.below(millis) : undefined;
  switch (kind) {
    case 'kill':
      return {
        kind,
        afterStopMillis: sometimes(1_200),
        downMillis: random.below(400),
        afterStartMillis: sometimes(600),
      };
    case 'stop':
      return { kind, downMillis: random.below(400) };
    case 'reload':
      return { kind, policy: policyOf(random) };
    case 'fill disk':
    case 'lock store':
      return { kind, forMillis: 300 + random.below(2_000) };
  }
}

/** Being well between one mood and the next, most often. */
function moodsOf(random: Random, loadMillis: number): MoodChange[] {
  const changes: MoodChange[] = [{ at: 0, mood: random.once(2) ? 'mixed' : 'well' }];
  for (let at = random.below(2_000); at < loadMillis; ) {
    changes.push({ at, mood: random.one(moods) });
    at += 200 + random.below(2_000);
    if (random.once(3)) continue;
    changes.push({ at, mood: 'well' });
    at += 100 + random.below(1_500);
  }
  return changes;
}
