import type { LabelValues } from './labels.ts';
import type { SeriesSet } from './series-set.ts';

/** Makes or touches a series. @returns false if there is none and no room for it: nothing is to be counted in the overflow series */
export function keepSeries(set: SeriesSet, labels: LabelValues): boolean {
  if (!set.hasRoom && !set.has(labels)) return false;
  set.series(labels);
  return true;
}
