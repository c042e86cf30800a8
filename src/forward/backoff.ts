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

/**
 * What a Retry-After header asks for (RFC 9110, section 10.2.3): seconds, or a date. @param now milliseconds since the Unix epoch
 * @returns milliseconds, 0 for a date that has passed; undefined if it is neither
 */
export function retryAfterMillis(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1000;
  // Dates are always in GMT; what Date.parse takes beside them means something else to everybody.
  if (!/^[A-Z][a-z]+,? .*GMT$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
