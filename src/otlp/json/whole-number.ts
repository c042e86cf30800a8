import { ascii, isDigit } from './ascii.ts';
import { isNumber, powersOfTen } from './number.ts';

const twoTo31 = 2 ** 31;
const twoTo32 = 2 ** 32;

/** More digits than any 64-bit number has. */
const mostDigits = 20;

/** As many digits as a double surely holds exactly. */
const exactDigits = 15;

/** By how many digits 32 bits can be shifted in a double without rounding. */
const exactShift = 5;

/**
 * A whole number of up to 64 bits and a sign, read from decimal text without losing a digit, and without the
 * BigInt that would make it garbage at once: its magnitude is `high * 2^32 + low`.
 */
export class WholeNumber {
  negative = false;
  high = 0;
  low = 0;

  /**
   * Reads what stands between two offsets. `1.5e3` is whole.
   * @returns whether it is a JSON number, whole, and of no more than 64 bits
   */
  parse(bytes: Uint8Array, start: number, end: number): boolean {
    this.negative = bytes[start] === ascii.minus;
    const from = this.negative ? start + 1 : start;
    const length = end - from;
    if (length > mostDigits || (length > 1 && bytes[from] === ascii.zero)) {
      return this.parseScaled(bytes, start, end);
    }
    const exactEnd = Math.min(end, from + exactDigits);
    let value = 0;
    for (let at = from; at < exactEnd; at++) {
      const digit = bytes[at]! - ascii.zero;
      if (digit < 0 || digit > 9) return this.parseScaled(bytes, start, end);
      value = value * 10 + digit;
    }
    let rest = 0;
    for (let at = exactEnd; at < end; at++) {
      const digit = bytes[at]! - ascii.zero;
      if (digit < 0 || digit > 9) return this.parseScaled(bytes, start, end);
      rest = rest * 10 + digit;
    }
    this.high = Math.floor(value / twoTo32);
    this.low = value >>> 0;
    return length > 0 && this.append(end - exactEnd, rest);
  }

  /** Whether it is within the range of an integer type. */
  fits(bits: 32 | 64, signed: boolean): boolean {
    const { negative, high, low } = this;
    if (bits === 32 && high > 0) return false;
    if (!signed) return !negative || (high === 0 && low === 0);
    const top = bits === 32 ? low : high;
    if (top < twoTo31) return true;
    return negative && top === twoTo31 && (bits === 32 || low === 0);
  }

  /** Turns the two halves of a negative number into those of its two's complement. */
  complement(): void {
    if (!this.negative) return;
    this.low = -this.low >>> 0;
    this.high = (this.low === 0 ? -this.high : ~this.high) >>> 0;
  }

  /** With a fraction, an exponent or many zeros: only the digits up to the last that is not 0 count. */
  private parseScaled(bytes: Uint8Array, start: number, end: number): boolean {
    if (!isNumber(bytes, start, end)) return false;
    this.high = 0;
    this.low = 0;
    let digits = 0;
    let zeros = 0;
    let fractionDigits = 0;
    let inFraction = false;
    let at = this.negative ? start + 1 : start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === ascii.point) {
        inFraction = true;
        continue;
      }
      if (!isDigit(byte)) break;
      if (inFraction) fractionDigits++;
      if (byte === ascii.zero) {
        if (digits > 0) zeros++;
        continue;
      }
      digits += zeros + 1;
      if (digits > mostDigits || !this.append(zeros + 1, byte - ascii.zero)) return false;
      zeros = 0;
    }
    if (digits === 0) return true;
    const scale = zeros - fractionDigits + exponent(bytes, at, end);
    if (scale < 0 || digits + scale > mostDigits) return false;
    return this.append(scale, 0);
  }

  /** Appends digits: times ten to the `digits`, plus `addend`. @returns whether it still has 64 bits at most */
  private append(digits: number, addend: number): boolean {
    let left = digits;
    for (; left > exactShift; left -= exactShift) this.multiplyAdd(powersOfTen[exactShift]!, 0);
    this.multiplyAdd(powersOfTen[left]!, addend);
    return this.high < twoTo32;
  }

  private multiplyAdd(factor: number, addend: number): void {
    const low = this.low * factor + addend;
    this.low = low >>> 0;
    this.high = this.high * factor + Math.floor(low / twoTo32);
  }
}

/** The exponent part of a number, 0 if there is none. */
function exponent(bytes: Uint8Array, start: number, end: number): number {
  // No number has as many digits as would bring a larger exponent back into range.
  const enough = 2 ** 40;
  let at = start + 1;
  const negative = bytes[at] === ascii.minus;
  if (negative || bytes[at] === ascii.plus) at++;
  let value = 0;
  for (; at < end; at++) value = Math.min(value * 10 + bytes[at]! - ascii.zero, enough);
  return negative ? -value : value;
}
