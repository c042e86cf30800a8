/** How much a channel is to be disturbed. Edits disturb nobody. */
export interface Budget {
  /** Messages, in the long run. */
  perHour: number;
  /** Messages at once, after a time of quiet. */
  burst: number;
}

/** What is left of a budget: a bucket of tokens, one for each message. */
export interface Bucket {
  tokens: number;
  /** Until when what flows in is in it; milliseconds since the Unix epoch. */
  at: number;
}

const hourMillis = 3_600_000;
/** Where nothing was ever told, old failures look new: more than half of a burst in the first minutes is a rollout, and not news. */
const firstShare = 0.5;
const firstMillis = 10 * 60_000;

/** Of a channel that nothing was ever told in. */
export function firstBucket({ burst }: Budget, now: number): Bucket {
  return { tokens: Math.ceil(burst * firstShare), at: now + firstMillis };
}

/** The bucket as it is now. The clock may have been set: what it says of the future is not believed. */
export function filled({ tokens, at }: Bucket, { perHour, burst }: Budget, now: number): Bucket {
  if (at > now) return { tokens: Math.min(tokens, burst), at: Math.min(at, now + firstMillis) };
  return { tokens: Math.min(burst, tokens + ((now - at) * perHour) / hourMillis), at: now };
}
