/** Hours that an issue is measured by: a week. */
export const escalationHours = 168;
/** How many times as many as in its busiest hour … */
const times = 3;
/** … and how many at least. */
const least = 10;
/** An issue that is known for less has no history yet. */
const leastKnownMillis = 24 * 3_600_000;

/** How often an issue happens, against its own history. */
export interface EventRate {
  /** Events in the hour that is running, and in the one before. */
  count: number;
  before: number;
  /** The most in one hour of the week before these two. */
  busiest: number;
}

/**
 * It escalates while it happens more than 3 times as often in an hour as in the busiest full hour of the last 7 days, and more than 10
 * times; if it has been known for a day.
 */
export function isEscalating({ count, before, busiest }: EventRate, firstSeen: number, at: number): boolean {
  if (at - firstSeen < leastKnownMillis) return false;
  return count > limit(Math.max(busiest, before));
}

/** It is calm again after a full hour that was within its history, if the one that runs is so as well. */
export function isCalm({ count, before, busiest }: EventRate): boolean {
  return before <= limit(busiest) && count <= limit(Math.max(busiest, before));
}

function limit(busiest: number): number {
  return Math.max(least, times * busiest);
}
