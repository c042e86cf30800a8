import type { SpanView } from '../otlp/span-view.ts';

/**
 * No span stands for more than this. The specification allows 2^56, of which a single span would drown everything else in its
 * series, and `tracestate` comes with the requests of strangers. Nobody samples one in a million.
 */
export const mostWeight = 2 ** 20;

/**
 * How many spans one span stands for: the adjusted count that its sampling threshold gives. `tracestate` carries it as
 * `ot=th:HEX`, where HEX is a rejection threshold of up to 14 digits, right-padded with zeros
 * (https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/#sampling-threshold-value-th).
 * A span without a threshold, or with one that cannot be read, stands for itself.
 */
export function samplingWeight(traceState: string): number {
  const digits = /(?:^|,)[ \t]*ot=(?:[^,;]*;)*th:([0-9a-f]{1,14})(?:[;, \t]|$)/.exec(traceState)?.[1];
  if (digits === undefined) return 1;
  const padded = digits.padEnd(14, '0');
  // 56 bits do not fit a number: the part that is kept, 2^56 - threshold, is put together from the halves.
  const kept = (half - Number.parseInt(padded.slice(0, 7), 16)) * half - Number.parseInt(padded.slice(7), 16);
  return Math.min(mostWeight, half ** 2 / kept);
}

/** The same as a whole number, of a span; nearly all have no trace state. */
export function weightOf(span: Pick<SpanView, 'traceState' | 'spanIdLow'>): number {
  const { traceState } = span;
  return traceState === '' ? 1 : wholeWeight(samplingWeight(traceState), span.spanIdLow);
}

/**
 * A weight as a whole number, so that counters stay exact: rounded up as often as its fraction says, which is right on average.
 * @param random 32 bits that have nothing to do with the weight
 */
export function wholeWeight(weight: number, random: number): number {
  const whole = Math.floor(weight);
  return random < (weight - whole) * 2 ** 32 ? whole + 1 : whole;
}

const half = 2 ** 28;
