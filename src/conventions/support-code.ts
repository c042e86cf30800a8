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

/**
 * What the trace ids begin with that have this code: 10 hex digits. Letters that people take for digits are those digits, as Crockford
 * has it.
 * @returns undefined if it is not made of a trace id
 */
export function traceIdPrefix(code: string): string | undefined {
  const letters = /^TOC-(.{8})$/.exec(canonicalSupportCode(code))?.[1];
  if (letters === undefined) return undefined;
  let bits = 0;
  for (const letter of letters) {
    const value = base32.indexOf(letter);
    if (value === -1) return undefined;
    bits = bits * 32 + value;
  }
  return bits.toString(16).padStart(10, '0');
}

/** As it is stored: people read it out, and write it down as they hear it. Codes of the app's own stay as they are. */
export function canonicalSupportCode(code: string): string {
  const letters = /^TOC-?([\dA-Z]{8})$/i.exec(code.trim())?.[1];
  if (letters === undefined) return code.trim();
  return `TOC-${letters.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1')}`;
}
