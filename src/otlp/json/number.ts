import { ascii, asciiText, isDigit } from './ascii.ts';

/**
 * Where the JSON number (RFC 8259, section 6) that begins at `start` ends: as far as its grammar goes.
 * @returns -1 if there is no whole number
 */
export function numberEnd(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === ascii.minus ? start + 1 : start;
  if (bytes[at] === ascii.zero) at++;
  else at = digitsEnd(bytes, at);
  if (at !== -1 && bytes[at] === ascii.point) at = digitsEnd(bytes, at + 1);
  if (at !== -1 && isExponent(bytes[at])) {
    const sign = bytes[at + 1];
    at = digitsEnd(bytes, sign === ascii.plus || sign === ascii.minus ? at + 2 : at + 1);
  }
  return at;
}

/** Whether all that stands between two offsets is one JSON number. */
export function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  return start < end && numberEnd(bytes, start) === end;
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at++;
  return at === start ? -1 : at;
}

function isExponent(byte: number | undefined): boolean {
  return byte === ascii.lowerE || byte === ascii.upperE;
}

/** Those that a double holds exactly. */
export const powersOfTen = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** The double nearest to the JSON number between two offsets, which may be infinite. */
export function parseDouble(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === ascii.minus;
  const from = negative ? start + 1 : start;
  if (end - from > powersOfTen.length) return Number(asciiText(bytes, start, end));
  let mantissa = 0;
  let fractionFrom = end;
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (isDigit(byte)) mantissa = mantissa * 10 + (byte - ascii.zero);
    else if (byte === ascii.point) fractionFrom = at + 1;
    else return Number(asciiText(bytes, start, end));
  }
  // The quotient of two exact numbers is rounded once, so it is the nearest.
  if (mantissa > Number.MAX_SAFE_INTEGER) return Number(asciiText(bytes, start, end));
  const magnitude = mantissa / powersOfTen[end - fractionFrom]!;
  return negative ? -magnitude : magnitude;
}
