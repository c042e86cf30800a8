import type { Signal } from '../otlp/signal.ts';
import type { LedgerSignal } from '../telemetry/events.ts';

export interface Export {
  /** opentelemetry-proto, docs/specification.md, "OTLP/HTTP Request" */
  path: string;
  /** The field of the answer's `partial_success` in OTLP/JSON; number 1 in protobuf, for every signal. */
  rejectedField: string;
  rejectedMessage: string;
  /** What the ledger counts of it. */
  items: LedgerSignal;
}

/** What differs between the services of OTLP. */
export const exportsOf: Readonly<Record<Signal, Export>> = {
  traces: {
    path: '/v1/traces',
    rejectedField: 'rejectedSpans',
    rejectedMessage: 'spans with a trace id or span id that is not one were rejected',
    items: 'spans',
  },
  logs: {
    path: '/v1/logs',
    rejectedField: 'rejectedLogRecords',
    rejectedMessage: 'log records were rejected',
    items: 'log_records',
  },
  metrics: {
    path: '/v1/metrics',
    rejectedField: 'rejectedDataPoints',
    rejectedMessage: 'data points were rejected',
    items: 'data_points',
  },
};
