import type { Clock } from '../../runtime/clock.ts';
import type { Moment } from '../contract/parameters.ts';

/** In the year 9999. */
const latestMillis = 253_402_300_799_999;

/** Times come from apps: one that no calendar holds is shown as the nearest that one does. */
export function time(millis: number): string {
  return new Date(Math.min(Math.max(millis, 0), latestMillis)).toISOString();
}

/** Milliseconds since the Unix epoch. */
export function momentOf(given: Moment, clock: Clock): number {
  return 'at' in given ? given.at : clock.now() - given.agoMillis;
}
