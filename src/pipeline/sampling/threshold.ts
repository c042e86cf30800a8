/**
 * 56 bits as two numbers of 28: thresholds and randomness, which a number holds no more than 53 of
 * (https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/).
 */
export interface Bits56 {
  high: number;
  low: number;
}

const digits = 14;
const half = digits / 2;
/** As the Collector rounds them: so many digits that say something. */
const precision = 4;

export function isLess(one: Bits56, other: Bits56): boolean {
  return one.high === other.high ? one.low < other.low : one.high < other.high;
}

/** @param text up to 14 hexadecimal digits; what is missing at the end is 0. @returns undefined if it is none */
export function parseBits(text: string): Bits56 | undefined {
  if (!/^[0-9a-f]{1,14}$/.test(text)) return undefined;
  const padded = text.padEnd(digits, '0');
  return { high: Number.parseInt(padded.slice(0, half), 16), low: Number.parseInt(padded.slice(half), 16) };
}

/** As `th` is written: without zeros at the end, but for one that is all there is. */
export function formatThreshold({ high, low }: Bits56): string {
  const text = high.toString(16).padStart(half, '0') + low.toString(16).padStart(half, '0');
  return text.replace(/0+$/, '') || '0';
}

/**
 * Of what is kept with this probability: randomness below it is not.
 * @param ratio above 0, up to 1
 */
export function thresholdOf(ratio: number): Bits56 {
  const kept = BigInt(Math.max(1, Math.round(ratio * 2 ** 56)));
  const exact = 2n ** 56n - kept;
  // Digits that are all f at the beginning, or 0, say little: as many more are written.
  const leading = Math.floor(Math.max(0, -Math.log2(ratio), -Math.log2(1 - ratio || 1)) / 4);
  const shift = BigInt(4 * Math.max(0, digits - precision - leading));
  const rounded = shift === 0n ? exact : ((exact + (1n << (shift - 1n))) >> shift) << shift;
  return parseBits(rounded.toString(16).padStart(digits, '0').slice(0, digits))!;
}
