import { countPairs, type Grouped } from './pairs.ts';

/** Samples of one bug that have several fingerprints, or of several bugs that have one. */
export interface Fault<T extends Grouped> {
  kind: 'split' | 'merged';
  /** Pairs that are not as they should be. */
  pairs: number;
  /** By fingerprint if a bug is split, by bug if some are merged; the largest group first. */
  groups: readonly (readonly T[])[];
}

/** The worst first. */
export function faultsOf<T extends Grouped>(samples: readonly T[]): Fault<T>[] {
  const bugs = groupsBy(samples, ({ scope, bug }) => [scope, bug]);
  const issues = groupsBy(samples, ({ scope, fingerprint }) => [scope, fingerprint]);
  const split = bugs.map((bug) =>
    fault(
      'split',
      bug,
      groupsBy(bug, ({ fingerprint }) => [fingerprint]),
    ),
  );
  const merged = issues.map((issue) =>
    fault(
      'merged',
      issue,
      groupsBy(issue, ({ bug }) => [bug]),
    ),
  );
  return [...split, ...merged]
    .filter(({ groups }) => groups.length > 1)
    .sort((one, other) => other.pairs - one.pairs);
}

function fault<T extends Grouped>(kind: Fault<T>['kind'], samples: readonly T[], groups: T[][]): Fault<T> {
  const { sameBug, sameFingerprint, right } = countPairs(samples);
  return { kind, pairs: (kind === 'split' ? sameBug : sameFingerprint) - right, groups };
}

function groupsBy<T>(samples: readonly T[], facts: (sample: T) => string[]): T[][] {
  const groups = Map.groupBy(samples, (sample) => JSON.stringify(facts(sample)));
  return [...groups.values()].sort((one, other) => other.length - one.length);
}
