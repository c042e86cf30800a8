import type { Signal } from '../otlp/signal.ts';
import type { Events } from '../telemetry/events.ts';
import { ledgerSignalOf } from './ledger-signal.ts';
import { PendingItems } from './pending-items.ts';
import type { Batch, Sink } from './sink.ts';

/** The way out of Tocsin for what is kept of one signal, and the ledger's account of it. */
export class Outlet {
  private readonly signal: Signal;
  private readonly sink: Sink | undefined;
  private readonly events: Pick<Events, 'itemsAccounted' | 'itemsPending'>;
  private readonly pending: PendingItems;

  /** @param sink undefined if there is nowhere to send what is kept */
  constructor(
    signal: Signal,
    sink: Sink | undefined,
    events: Pick<Events, 'itemsAccounted' | 'itemsPending'>,
  ) {
    this.signal = signal;
    this.sink = sink;
    this.events = events;
    this.pending = new PendingItems(events);
  }

  /**
   * @param bytes makes the request that holds these items; only asked for if there is somewhere to send it
   * @returns settled when the items are, or are on disk; undefined if they are already
   */
  pass(items: number, bytes: () => Uint8Array): Promise<void> | undefined {
    const { signal, sink, pending } = this;
    if (items === 0) return undefined;
    if (sink === undefined) {
      this.events.itemsAccounted(ledgerSignalOf[signal], 'unrouted', items);
      return undefined;
    }
    const request = bytes();
    pending.begin(signal, items);
    return new Promise((resolve) => {
      let left = items;
      const settled: Batch['settled'] = (fate, some) => {
        if (fate !== 'stored') pending.settle(signal, fate, some);
        left -= some;
        if (left === 0) resolve();
      };
      sink.offer({ signal, bytes: request, items, settled });
    });
  }
}
