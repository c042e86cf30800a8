import type { Failure } from './failure.ts';

/** Clocks of one network differ by less. */
const mostAheadMillis = 1000;
/** Clocks that were never set begin in 1970, or in 1980. Between then and now nothing tells a wrong clock from an event that comes late. */
const leastTime = Date.UTC(2000, 0, 1);

export type WrongTime = 'future' | 'past';

/** Why a failure cannot have happened at this time; undefined if it can. Milliseconds since the Unix epoch. */
export function wrongTime(time: number, receivedAt: number): WrongTime | undefined {
  if (time > receivedAt + mostAheadMillis) return 'future';
  return time >= leastTime ? undefined : 'past';
}

/**
 * A failure at a time that can be: what cannot have happened when it says so happened when it came. By a clock that is ahead it would be the
 * last of its issue for as long as the clock is ahead, whatever else happened. Its id stays what it is, so that it is known again.
 */
export function atPossibleTime(failure: Failure, receivedAt: number): Failure {
  const { time } = failure;
  if (wrongTime(time, receivedAt) === undefined) return failure;
  const told = { time: receivedAt, reportedTime: time };
  return { ...failure, ...told, describe: () => ({ ...failure.describe(), ...told }) };
}
