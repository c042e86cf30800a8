/** What is done with a local trace, or with the part of it that is in one request. */
export const fate = {
  keep: 0,
  /** It is not known yet: it waits for its local root. */
  hold: 1,
  drop: 2,
  /** Kept, and so is what follows of it. */
  keepAll: 3,
  /** Kept by the sampling ratio, and says so. */
  thin: 4,
  sampleOut: 5,
} as const;
export type Fate = (typeof fate)[keyof typeof fate];

export function isForwarded(one: Fate): boolean {
  return one === fate.keep || one === fate.keepAll || one === fate.thin;
}
