import { idEnd, idHash } from '../otlp/span-ids.ts';

/** By what a span is known again in other requests: 64 bits, of which nobody outside can choose the first 32. */
export interface SpanName {
  /** Follows from the ids of trace and span. */
  readonly hash: number;
  /** Follows from its id and its resource: two services may write both ends of a call under one id. */
  readonly bits: number;
}

/** @param identityBits of its resource */
export function spanName(numbers: DataView, traceAt: number, spanAt: number, identityBits: number): SpanName {
  return { hash: idHash(numbers, traceAt, spanAt), bits: idEnd(numbers, spanAt) ^ identityBits };
}

export function isSameSpan(one: SpanName, other: SpanName): boolean {
  return one.hash === other.hash && one.bits === other.bits;
}

/** The name as one number, for maps: 53 bits of it. */
export function numberOf({ hash, bits }: SpanName): number {
  return (hash >>> 0) * 2 ** 21 + (bits >>> 11);
}
