import type { Signal } from '../otlp/signal.ts';
import type { Events } from '../telemetry/events.ts';
import { ledgerSignalOf } from './ledger-signal.ts';
import type { Batch, Sink } from './sink.ts';

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

  /**
   * @param bytes makes the request that holds these items; only asked for if there is somewhere to send it
   * @returns settled when the items are; undefined if they are already
   */
  pass(items: number, bytes: () => Uint8Array): Promise<void> | undefined {
    const { signal, sink, events } = this;
    const counted = ledgerSignalOf[signal];
    if (items === 0) return undefined;
    if (sink === undefined) {
      events.itemsAccounted(counted, 'unrouted', items);
      return undefined;
    }
    const request = bytes();
    events.itemsPending(counted, items);
    return new Promise((resolve) => {
      const settled: Batch['settled'] = (fate, refused) => {
        events.itemsPending(counted, -items);
        events.itemsAccounted(counted, fate, items - refused);
        if (refused > 0) events.itemsAccounted(counted, 'lost', refused);
        resolve();
      };
      sink.offer({ signal, bytes: request, items, settled });
    });
  }
}
