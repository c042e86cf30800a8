import { countDataPoints } from '../otlp/count-items.ts';
import { copyOf } from '../otlp/slice.ts';
import type { Events } from '../telemetry/events.ts';
import type { Accepted, Acceptor } from './acceptor.ts';
import { Outlet } from './outlet.ts';
import type { Sink } from './sink.ts';

/** Takes requests of metrics, of which nothing is read yet: they are checked, counted and passed on. */
export class PassThrough implements Acceptor {
  private readonly events: Events;
  private readonly outlet: Outlet;

  /** @param sink where they go; without one they are counted as unrouted */
  constructor(events: Events, sink: Sink | undefined) {
    this.events = events;
    this.outlet = new Outlet('metrics', sink, events);
  }

  async accept(body: Uint8Array, onWhole?: () => Promise<void>): Promise<Accepted> {
    const items = countDataPoints(body);
    await onWhole?.();
    this.events.itemsAccounted('data_points', 'received', items);
    return { items, rejected: 0, pending: this.outlet.pass(items, () => copyOf(body)) };
  }
}
