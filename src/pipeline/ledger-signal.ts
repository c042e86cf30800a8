import type { Signal } from '../otlp/signal.ts';
import type { LedgerSignal } from '../telemetry/events.ts';

/** What the ledger calls the items of a signal. */
export const ledgerSignalOf: Readonly<Record<Signal, LedgerSignal>> = {
  traces: 'spans',
  logs: 'log_records',
  metrics: 'data_points',
};
