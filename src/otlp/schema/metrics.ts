import { instrumentationScope, keyValue, resource } from './common.ts';
import {
  bool,
  double,
  embedded,
  enumeration,
  type FieldType,
  fixed64,
  hex,
  type Message,
  message,
  repeated,
  sfixed64,
  sint32,
  string,
  uint32,
  uint64,
} from './schema.ts';

// opentelemetry/proto/metrics/v1/metrics.proto. The fields stand in the order in which the JavaScript SDK writes them.

const aggregationTemporality = enumeration(2, {
  AGGREGATION_TEMPORALITY_UNSPECIFIED: 0,
  AGGREGATION_TEMPORALITY_DELTA: 1,
  AGGREGATION_TEMPORALITY_CUMULATIVE: 2,
});

const exemplar = message(1, {
  filteredAttributes: repeated(embedded(7, keyValue)),
  timeUnixNano: fixed64(2),
  asDouble: double(3),
  asInt: sfixed64(6),
  spanId: hex(4),
  traceId: hex(5),
});

const numberDataPoint = message(2, {
  attributes: repeated(embedded(7, keyValue)),
  startTimeUnixNano: fixed64(2),
  timeUnixNano: fixed64(3),
  asDouble: double(4),
  asInt: sfixed64(6),
  exemplars: repeated(embedded(5, exemplar)),
  flags: uint32(8),
});

const histogramDataPoint = message(2, {
  attributes: repeated(embedded(9, keyValue)),
  startTimeUnixNano: fixed64(2),
  timeUnixNano: fixed64(3),
  bucketCounts: repeated(fixed64(6)),
  explicitBounds: repeated(double(7)),
  count: fixed64(4),
  sum: double(5),
  min: double(11),
  max: double(12),
  exemplars: repeated(embedded(8, exemplar)),
  flags: uint32(10),
});

const buckets = message(1, { offset: sint32(1), bucketCounts: repeated(uint64(2)) });

const exponentialHistogramDataPoint = message(2, {
  attributes: repeated(embedded(1, keyValue)),
  startTimeUnixNano: fixed64(2),
  timeUnixNano: fixed64(3),
  count: fixed64(4),
  min: double(12),
  max: double(13),
  sum: double(5),
  positive: embedded(8, buckets),
  negative: embedded(9, buckets),
  scale: sint32(6),
  zeroCount: fixed64(7),
  zeroThreshold: double(14),
  exemplars: repeated(embedded(11, exemplar)),
  flags: uint32(10),
});

const summaryDataPoint = message(2, {
  attributes: repeated(embedded(7, keyValue)),
  startTimeUnixNano: fixed64(2),
  timeUnixNano: fixed64(3),
  count: fixed64(4),
  sum: double(5),
  quantileValues: repeated(embedded(6, message(1, { quantile: double(1), value: double(2) }))),
  flags: uint32(8),
});

/** What a ledger counts as one: a point of whichever kind. */
export const dataPoints: readonly Message[] = [
  numberDataPoint,
  histogramDataPoint,
  exponentialHistogramDataPoint,
  summaryDataPoint,
];

const pointsOf = (point: Message): FieldType => repeated(embedded(1, point));

export const metric = message(2, {
  name: string(1),
  description: string(2),
  unit: string(3),
  gauge: embedded(5, message(2, { dataPoints: pointsOf(numberDataPoint) })),
  sum: embedded(
    7,
    message(2, { aggregationTemporality, isMonotonic: bool(3), dataPoints: pointsOf(numberDataPoint) }),
  ),
  histogram: embedded(9, message(2, { aggregationTemporality, dataPoints: pointsOf(histogramDataPoint) })),
  exponentialHistogram: embedded(
    10,
    message(2, { aggregationTemporality, dataPoints: pointsOf(exponentialHistogramDataPoint) }),
  ),
  summary: embedded(11, message(2, { dataPoints: pointsOf(summaryDataPoint) })),
  metadata: repeated(embedded(12, keyValue)),
});

const scopeMetrics = message(3, {
  scope: embedded(1, instrumentationScope),
  metrics: repeated(embedded(2, metric)),
  schemaUrl: string(3),
});

const resourceMetrics = message(3, {
  resource: embedded(1, resource),
  scopeMetrics: repeated(embedded(2, scopeMetrics)),
  schemaUrl: string(3),
});

/** opentelemetry/proto/collector/metrics/v1/metrics_service.proto */
export const exportMetricsServiceRequest = message(3, {
  resourceMetrics: repeated(embedded(1, resourceMetrics)),
});
