const firstPauseMillis = 1_000;
const longestPauseMillis = 30_000;
/** No pause is longer, whatever a back end asks for, and none so short that it is no pause. */
const longestAskedMillis = 5 * 60_000;
const shortestAskedMillis = 500;

/**
 * Milliseconds until the next try: what the back end asked for, within reason, else a time that doubles with every failure.
 * @param failures in a row, at least one
 * @param jitter 0 to 1: takes up to half off, or adds up to a tenth to what was asked for, so that many do not come back at once
 */
export function pauseMillis(failures: number, askedMillis: number | undefined, jitter: number): number {
  if (askedMillis === undefined) {
    const pause = Math.min(longestPauseMillis, firstPauseMillis * 2 ** Math.min(failures - 1, 16));
    return pause * (1 - jitter / 2);
  }
  const asked = Math.min(Math.max(askedMillis, shortestAskedMillis), longestAskedMillis);
  return asked * (1 + jitter / 10);
}
