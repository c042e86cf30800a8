import type { Clock } from '../../runtime/clock.ts';
import type { Moment } from '../contract/parameters.ts';

export { isoTime as time } from '../../runtime/iso-time.ts';

/** Milliseconds since the Unix epoch. */
export function momentOf(given: Moment, clock: Clock): number {
  return 'at' in given ? given.at : clock.now() - given.agoMillis;
}
