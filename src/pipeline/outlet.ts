import type { Events, LedgerSignal } from '../telemetry/events.ts';
import type { Signal, Sink } from './sink.ts';

/** What the ledger calls the items of a signal. */
const ledgerSignals: Readonly<Record<Signal, LedgerSignal>> = {
  traces: 'spans',
  logs: 'log_records',
  metrics: 'data_points',
};

/** The way out of Tocsin for what is kept of one signal, and the ledger's account of it. */
export class Outlet {
  private readonly signal: Signal;
  private readonly sink: Sink | undefined;
  private readonly events: Pick<Events, 'itemsAccounted' | 'itemsPending'>;

  /** @param sink undefined if there is nowhere to send what is kept */
  constructor(
    signal: Signal,
    sink: Sink | undefined,
    events: Pick<Events, 'itemsAccounted' | 'itemsPending'>,
  ) {
    this.signal = signal;
    this.sink = sink;
    this.events = events;
  }

  /** @param bytes makes the request that holds these items; only asked for if there is somewhere to send it */
  pass(items: number, bytes: () => Uint8Array): void {
    const { signal, sink, events } = this;
    const counted = ledgerSignals[signal];
    if (items === 0) return;
    if (sink === undefined) {
      events.itemsAccounted(counted, 'unrouted', items);
      return;
    }
    const request = bytes();
    events.itemsPending(counted, items);
    sink.offer({
      signal,
      bytes: request,
      items,
      settled: (fate, refused) => {
        events.itemsPending(counted, -items);
        events.itemsAccounted(counted, fate, items - refused);
        if (refused > 0) events.itemsAccounted(counted, 'lost', refused);
      },
    });
  }
}
