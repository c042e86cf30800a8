import { durationBounds, operationOf } from '../payload/calls.ts';
import type { Exposed } from './exposition.ts';

/** What a subject says that it has counted of one operation. */
export interface ExposedCall {
  calls: number;
  /** As in `CallCount`; undefined if it has no durations. */
  buckets: number[] | undefined;
}

const family = 'traces_span_metrics';

/** By operation, from what stands in `/metrics`. @throws Error if the buckets are others than those of the benchmark */
export function exposedCalls(metrics: readonly Exposed[]): Map<string, ExposedCall> {
  const calls = new Map<string, ExposedCall>();
  for (const { name, labels, value } of metrics)
    if (name === `${family}_calls_total`) calls.set(operation(labels), { calls: value, buckets: undefined });
  const durations = metrics.filter(({ name }) => name === `${family}_duration_milliseconds_bucket`);
  for (const [key, lines] of Map.groupBy(durations, ({ labels }) => operation(labels))) {
    const call = calls.get(key);
    if (call !== undefined) call.buckets = bucketsOf(lines);
  }
  return calls;
}

function operation({ service_name, span_name, span_kind, status_code }: Exposed['labels']): string {
  return operationOf(service_name ?? '', span_name ?? '', span_kind ?? '', status_code ?? '');
}

/** Prometheus counts in each bucket what is in those below it as well. */
function bucketsOf(lines: readonly Exposed[]): number[] {
  const sorted = lines
    .map(({ labels: { le = '' }, value }) => ({ bound: Number(le.replace('+Inf', 'Infinity')), value }))
    .toSorted((one, other) => one.bound - other.bound);
  const bounds = sorted.map(({ bound }) => bound);
  if (bounds.join() !== [...durationBounds, Infinity].join())
    throw new Error(`its buckets are not those of the benchmark: ${bounds.join(', ')}`);
  return sorted.map(({ value }, index) => value - (sorted[index - 1]?.value ?? 0));
}
