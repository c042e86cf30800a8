import type { Signal } from '../otlp/signal.ts';

/**
 * What became of items: `unrouted` if it turned out that there is nowhere to send them; `stored` if they are on disk, where they wait
 * on, and the sink sees to the ledger's account of them from then on.
 */
export type Settlement = 'forwarded' | 'lost' | 'unrouted' | 'stored';

/** Items that are kept, as one export request of their signal. */
export interface Batch {
  signal: Signal;
  /** An Export*ServiceRequest in protobuf. The sink's own from now on, alone in its memory, and its to release. */
  bytes: Uint8Array;
  /** Spans, log records or data points in it. */
  items: number;
  /** Called until every item was settled once, also before `offer` returns. @param items so many of them */
  settled: (fate: Settlement, items: number) => void;
}

/** Where everything that is kept goes. It never throws and never makes its caller wait. */
export interface Sink {
  offer(batch: Batch): void;
}
