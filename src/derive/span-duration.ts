import type { SpanView } from '../otlp/span-view.ts';

/** What takes longer did not: a time is missing, or a clock was wrong. */
const longestNanos = 7 * 86_400e9;

/** -1 if it cannot be true. The end may be a little before the start, where a clock was set: that is no time at all. */
export function durationNanos(span: SpanView): number {
  const nanos = span.durationNanos;
  if (nanos > 0) return nanos <= longestNanos ? nanos : -1;
  return nanos < -longestNanos || (nanos === 0 && span.endMillis === 0) ? -1 : 0;
}
