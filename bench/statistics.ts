export interface Summary {
  median: number;
  least: number;
  most: number;
  /** Between which the median of all runs that there could be is, with a probability of 95 % at least; of fewer than six values least and most. */
  interval: readonly [low: number, high: number];
}

/** @throws RangeError if there are none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  if (sorted.length === 0) throw new RangeError('there is no median of nothing');
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The least value that this share of all values is not above. @throws RangeError if there are none */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new RangeError('there is no quantile of nothing');
  return value;
}

/** @throws RangeError if there are none */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    median: median(sorted),
    least: sorted[0]!,
    most: sorted.at(-1)!,
    interval: medianInterval(sorted),
  };
}

const confidence = 0.95;

/**
 * By the order of the values alone, whatever their distribution: each is above the true median or below it with the same probability, so how many are
 * below it is binomial.
 */
function medianInterval(sorted: readonly number[]): readonly [number, number] {
  const { length } = sorted;
  let outside = 0;
  let rank = 0;
  for (let probability = 0.5 ** length; ; rank++) {
    outside += 2 * probability;
    if (1 - outside < confidence) break;
    probability *= (length - rank) / (rank + 1);
  }
  const cut = Math.max(0, rank - 1);
  return [sorted[cut]!, sorted[length - 1 - cut]!];
}
