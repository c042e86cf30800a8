import { countDataPoints, countLogRecords } from '../otlp/count-items.ts';
import type { Events } from '../telemetry/events.ts';
import type { Accepted, Acceptor } from './acceptor.ts';

const kinds = {
  logs: { count: countLogRecords, ledger: 'log_records' },
  metrics: { count: countDataPoints, ledger: 'data_points' },
} as const;

/** Takes requests of which nothing is read yet: they are checked, counted and passed on. */
export class PassThrough implements Acceptor {
  private readonly kind: (typeof kinds)[keyof typeof kinds];
  private readonly events: Events;

  constructor(signal: keyof typeof kinds, events: Events) {
    this.kind = kinds[signal];
    this.events = events;
  }

  /** @throws MalformedOtlp */
  accept(body: Uint8Array): Promise<Accepted> {
    const { count, ledger } = this.kind;
    const items = count(body);
    this.events.itemsAccounted(ledger, 'received', items);
    this.events.itemsAccounted(ledger, 'unrouted', items);
    return Promise.resolve({ items, rejected: 0 });
  }
}
