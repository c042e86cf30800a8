import { countDataPoints, countLogRecords } from '../otlp/count-items.ts';
import { copyOf } from '../otlp/slice.ts';
import type { Events } from '../telemetry/events.ts';
import type { Accepted, Acceptor } from './acceptor.ts';
import { ledgerSignalOf } from './ledger-signal.ts';
import { Outlet } from './outlet.ts';
import type { Sink } from './sink.ts';

const counts = { logs: countLogRecords, metrics: countDataPoints };

/** Takes requests of which nothing is read yet: they are checked, counted and passed on. */
export class PassThrough implements Acceptor {
  private readonly signal: keyof typeof counts;
  private readonly events: Events;
  private readonly outlet: Outlet;

  /** @param sink where they go; without one they are counted as unrouted */
  constructor(signal: keyof typeof counts, events: Events, sink: Sink | undefined) {
    this.signal = signal;
    this.events = events;
    this.outlet = new Outlet(signal, sink, events);
  }

  async accept(body: Uint8Array, onWhole?: () => Promise<void>): Promise<Accepted> {
    const { signal, events, outlet } = this;
    const items = counts[signal](body);
    await onWhole?.();
    events.itemsAccounted(ledgerSignalOf[signal], 'received', items);
    return { items, rejected: 0, pending: outlet.pass(items, () => copyOf(body)) };
  }
}
