import { quantile } from '../../bench/statistics.ts';

export interface Micros {
  median: number;
  p99: number;
  most: number;
}

/** The fastest of these counts: what else the machine does in between is not to be measured. */
const rounds = 15;

/**
 * How long each takes, in microseconds.
 *
 * @param prepare makes what is run once, and is not measured: with nothing in it that was seen before, since what is known of late is remembered
 */
export function microsOf<T>(items: readonly T[], prepare: (item: T, round: number) => () => unknown): Micros {
  const fastest = items.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [index, item] of items.entries()) {
      const run = prepare(item, round);
      const begin = performance.now();
      run();
      fastest[index] = Math.min(fastest[index]!, (performance.now() - begin) * 1000);
    }
  }
  return { median: quantile(fastest, 0.5), p99: quantile(fastest, 0.99), most: quantile(fastest, 1) };
}
