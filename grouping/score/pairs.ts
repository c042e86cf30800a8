/** One sample, as far as counting goes. */
export interface Grouped {
  /** Only samples of one scope can be one issue: language and service. */
  scope: string;
  bug: string;
  fingerprint: string;
}

/** Pairs of samples of one scope. */
export interface Pairs {
  /** Of the same bug: these should have the same fingerprint. */
  sameBug: number;
  /** With the same fingerprint: these should be of the same bug. */
  sameFingerprint: number;
  /** Both, as it should be. */
  right: number;
}

/** Counted by the sizes of groups: a group of n has n(n − 1)/2 pairs. */
export function countPairs(samples: readonly Grouped[]): Pairs {
  return {
    sameBug: pairsWithin(samples, ({ scope, bug }) => [scope, bug]),
    sameFingerprint: pairsWithin(samples, ({ scope, fingerprint }) => [scope, fingerprint]),
    right: pairsWithin(samples, ({ scope, bug, fingerprint }) => [scope, bug, fingerprint]),
  };
}

function pairsWithin(samples: readonly Grouped[], facts: (sample: Grouped) => string[]): number {
  const groups = Map.groupBy(samples, (sample) => JSON.stringify(facts(sample)));
  return [...groups.values()].reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
}

/** The share of pairs with the same fingerprint that are of one bug: below 1, different bugs are merged. 1 if there are none. */
export function precision({ sameFingerprint, right }: Pairs): number {
  return sameFingerprint === 0 ? 1 : right / sameFingerprint;
}

/** The share of pairs of one bug that have the same fingerprint: below 1, bugs are split. 1 if there are none. */
export function recall({ sameBug, right }: Pairs): number {
  return sameBug === 0 ? 1 : right / sameBug;
}
