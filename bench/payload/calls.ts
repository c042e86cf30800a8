import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { nanosOf } from './span-recorder.ts';

/** Upper bounds of the buckets that all subjects have, in milliseconds: the span metrics connector's own. */
export const durationBounds: readonly number[] = [
  2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000,
];

/** What span metrics say of the spans that have a service, a name, a kind and a status in common. */
export interface CallCount {
  /** Those four, as labels have them, one below the other. */
  operation: string;
  calls: number;
  /** Of durations, by `durationBounds` and one for what is above all of them; each without those below it. */
  buckets: readonly number[];
}

export function operationOf(service: string, name: string, kind: string, status: string): string {
  return [service, name, kind, status].join('\n');
}

/** What is to be counted of spans, by the SDK's own account of them. */
export function callsOf(spans: readonly ReadableSpan[]): CallCount[] {
  return sumOf(spans.map((span) => ({ of: [callOf(span)], times: 1 })));
}

function callOf({ resource, name, kind, status, startTime, endTime }: ReadableSpan): CallCount {
  const millis = Number(nanosOf(endTime) - nanosOf(startTime)) / 1e6;
  const bucket = durationBounds.findIndex((bound) => millis <= bound);
  const buckets = Array<number>(durationBounds.length + 1).fill(0);
  buckets[bucket === -1 ? durationBounds.length : bucket] = 1;
  const operation = operationOf(
    String(resource.attributes['service.name']),
    name,
    `SPAN_KIND_${SpanKind[kind]}`,
    `STATUS_CODE_${SpanStatusCode[status.code]}`,
  );
  return { operation, calls: 1, buckets };
}

/** All of them together, each operation once. @param parts each to be counted so many times */
export function sumOf(parts: Iterable<{ of: readonly CallCount[]; times: number }>): CallCount[] {
  const sums = new Map<string, { operation: string; calls: number; buckets: number[] }>();
  for (const { of, times } of parts) {
    for (const { operation, calls, buckets } of of) {
      const sum = sums.get(operation) ?? { operation, calls: 0, buckets: buckets.map(() => 0) };
      sum.calls += calls * times;
      for (const [index, count] of buckets.entries()) sum.buckets[index]! += count * times;
      sums.set(operation, sum);
    }
  }
  return [...sums.values()];
}
