/** Crockford's base 32: no letter in it can be taken for a digit, nor does it make words. */
const base32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const letterCount = 8;

/**
 * What a user can read out on the phone: `TOC-` and 8 letters made of the first 5 bytes of the trace id, so that the app
 * and the sidecar have the same one without talking. Empty if the id does not begin with that many bytes in hex.
 */
export function supportCode(traceIdHex: string): string {
  const digits = traceIdHex.slice(0, 10);
  if (!/^[\da-f]{10}$/i.test(digits)) return '';
  // 40 bits are more than JavaScript's bit operators take, and fewer than a number holds.
  let bits = Number.parseInt(digits, 16);
  let letters = '';
  for (let i = 0; i < letterCount; i++) {
    letters = base32.charAt(bits % 32) + letters;
    bits = Math.floor(bits / 32);
  }
  return `TOC-${letters}`;
}
