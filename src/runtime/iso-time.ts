/** In the year 9999. */
const latestMillis = 253_402_300_799_999;

/**
 * Milliseconds since the Unix epoch in RFC 3339. Times come from apps: one that no calendar holds is shown as the nearest that one
 * does.
 */
export function isoTime(millis: number): string {
  return new Date(Math.min(Math.max(millis, 0), latestMillis)).toISOString();
}
