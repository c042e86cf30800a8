import type { Signal } from '../otlp/signal.ts';
import type { Events } from '../telemetry/events.ts';
import { ledgerSignalOf } from './ledger-signal.ts';
import type { Settlement } from './sink.ts';

/** The ledger's account of what is kept and on its way. */
export class PendingItems {
  private readonly events: Pick<Events, 'itemsAccounted' | 'itemsPending'>;

  constructor(events: Pick<Events, 'itemsAccounted' | 'itemsPending'>) {
    this.events = events;
  }

  begin(signal: Signal, items: number): void {
    this.events.itemsPending(ledgerSignalOf[signal], items);
  }

  /** What another process had received and not done: this one receives it anew, so that its own counts are whole. */
  takeOver(signal: Signal, items: number): void {
    this.events.itemsAccounted(ledgerSignalOf[signal], 'received', items);
    this.begin(signal, items);
  }

  settle(signal: Signal, fate: Exclude<Settlement, 'stored'>, items: number): void {
    const counted = ledgerSignalOf[signal];
    this.events.itemsPending(counted, -items);
    this.events.itemsAccounted(counted, fate, items);
  }
}
