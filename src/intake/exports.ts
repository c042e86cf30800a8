import type { Signal } from '../otlp/signal.ts';

export interface Export {
  /** opentelemetry-proto, docs/specification.md, "OTLP/HTTP Request" */
  path: string;
  /** As its .proto file names it; its only method is Export. */
  service: string;
  /** The field of the answer's `partial_success` in OTLP/JSON; number 1 in protobuf, for every signal. */
  rejectedField: string;
  rejectedMessage: string;
}

/** What differs between the services of OTLP. */
export const exportsOf: Readonly<Record<Signal, Export>> = {
  traces: {
    path: '/v1/traces',
    service: 'opentelemetry.proto.collector.trace.v1.TraceService',
    rejectedField: 'rejectedSpans',
    rejectedMessage:
      'spans were rejected: a trace id is 16 bytes, a span id and a parent span id 8, and the first two are not all zero',
  },
  logs: {
    path: '/v1/logs',
    service: 'opentelemetry.proto.collector.logs.v1.LogsService',
    rejectedField: 'rejectedLogRecords',
    rejectedMessage: 'log records were rejected',
  },
  metrics: {
    path: '/v1/metrics',
    service: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
    rejectedField: 'rejectedDataPoints',
    rejectedMessage: 'data points were rejected',
  },
};
