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
