import { keyValues } from './otlp-builders.ts';
import { encode, metricsRequest } from './otlp-reference.ts';

export interface PointSpec {
  attributes?: Record<string, string | number | boolean>;
  /** Of a sum or gauge. */
  value?: number;
  /** Of a histogram or summary. */
  count?: number;
  sum?: number;
  startMillis?: number;
  timeMillis?: number;
  flags?: number;
}

export interface MetricSpec {
  name: string;
  kind?: 'sum' | 'gauge' | 'histogram' | 'summary';
  temporality?: 'delta' | 'cumulative';
  isMonotonic?: boolean;
  points: PointSpec[];
}

/** A request with these metrics in one resource, in the order given. */
export function metricsRequestBytes(
  metrics: readonly MetricSpec[],
  resource: Record<string, string> = { 'service.name': 'shop' },
): Buffer {
  const scopeMetrics = [{ scope: { name: 'test-scope' }, metrics: metrics.map(metric) }];
  const message = { resourceMetrics: [{ resource: { attributes: keyValues(resource) }, scopeMetrics }] };
  return Buffer.from(encode(metricsRequest, message));
}

function metric({
  name,
  kind = 'sum',
  temporality = 'cumulative',
  isMonotonic = true,
  points,
}: MetricSpec): object {
  const aggregationTemporality = temporality === 'delta' ? 1 : 2;
  const dataPoints = points.map(point);
  switch (kind) {
    case 'sum':
      return { name, sum: { aggregationTemporality, isMonotonic, dataPoints } };
    case 'histogram':
      return { name, histogram: { aggregationTemporality, dataPoints } };
    default:
      return { name, [kind]: { dataPoints } };
  }
}

function point(spec: PointSpec): object {
  const { attributes = {}, value, count, sum, startMillis = 0, timeMillis = 0, flags } = spec;
  return {
    attributes: keyValues(attributes),
    ...(startMillis === 0 ? {} : { startTimeUnixNano: nanos(startMillis) }),
    ...(timeMillis === 0 ? {} : { timeUnixNano: nanos(timeMillis) }),
    ...(value === undefined ? {} : Number.isInteger(value) ? { asInt: String(value) } : { asDouble: value }),
    ...(count === undefined ? {} : { count: String(count) }),
    ...(sum === undefined ? {} : { sum }),
    ...(flags === undefined ? {} : { flags }),
  };
}

function nanos(millis: number): string {
  return String(BigInt(Math.round(millis * 1000)) * 1000n);
}
