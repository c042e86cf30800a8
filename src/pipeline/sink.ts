import type { Signal } from '../otlp/signal.ts';

/** What became of a batch: `unrouted` if it turned out that there is nowhere to send it. */
export type Settlement = 'forwarded' | 'lost' | 'unrouted';

/** Items that are kept, as one export request of their signal. */
export interface Batch {
  signal: Signal;
  /** An Export*ServiceRequest in protobuf. The sink's own from now on, alone in its memory, and its to release. */
  bytes: Uint8Array;
  /** Spans, log records or data points in it. */
  items: number;
  /**
   * Called exactly once, also before `offer` returns.
   * @param refused how many items of a forwarded batch the back end did not take all the same: those are lost
   */
  settled: (fate: Settlement, refused: number) => void;
}

/** Where everything that is kept goes. It never throws and never makes its caller wait. */
export interface Sink {
  offer(batch: Batch): void;
}
