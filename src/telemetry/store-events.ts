import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter, Gauge } from '../metrics/scalar.ts';
import type { Log } from './log.ts';

const reasons = ['age', 'size'] as const;
type Reason = (typeof reasons)[number];

/** What was done to keep the store within its bounds, and how it is. */
export interface Maintained {
  events: number;
  issues: number;
  reason: Reason | undefined;
  bytes: number;
  maxBytes: number;
  excess: keyof typeof remedies | undefined;
}

/** What is evicted by size is told of so often, as long as it goes on. */
const tellEveryMillis = 3_600_000;

/** What a store that stays too large is told of with. */
export const remedies = {
  nothing_to_evict:
    'the store is larger than store.max_size, and nothing is left in it that may go: issues that were not resolved, and the last event of each. Before it is half as large again, what fails in a new way becomes an event of one issue, TooManyIssues. Resolve what is done, say what is one issue (errors.fingerprint), or raise store.max_size',
  cannot_shrink:
    'the file of the store is larger than store.max_size and does not get smaller by itself, since an earlier version made it: stop Tocsin and run sqlite3 FILE "PRAGMA auto_vacuum = INCREMENTAL; VACUUM"',
} as const;

/** What happens to the store as it is kept within its bounds, one method each, as in `Events`. */
export class StoreEvents {
  private readonly log: Log;
  private readonly events: Counter;
  private readonly issues: Counter;
  private readonly bytes: Gauge;
  private readonly maxBytes: Gauge;
  private untold = 0;
  private toldAt = Number.NEGATIVE_INFINITY;
  private excess: Maintained['excess'];
  private isFailing = false;

  constructor(registry: MetricRegistry, log: Log) {
    this.log = log;
    this.events = registry.counter({
      name: 'tocsin_store_events_evicted_total',
      help: 'Error events deleted from the store: older than store.retention, or the least relevant where store.max_size left no room. Their issues go on counting them.',
      labels: ['reason'],
    });
    this.issues = registry.counter({
      name: 'tocsin_store_issues_evicted_total',
      help: 'Resolved issues deleted from the store.',
      labels: ['reason'],
    });
    this.bytes = registry.gauge({
      name: 'tocsin_store_bytes',
      help: 'The files of the store, as store.max_size bounds them.',
    });
    this.maxBytes = registry.gauge({
      name: 'tocsin_store_max_bytes',
      help: 'What they may have at the most (store.max_size).',
    });
    for (const reason of reasons) {
      this.events.series([reason]);
      this.issues.series([reason]);
    }
    this.bytes.series();
    this.maxBytes.series();
  }

  /** Why the store stays too large; undefined as long as it does not. */
  get problem(): string | undefined {
    return this.excess === undefined ? undefined : remedies[this.excess];
  }

  /** @param at by the monotonic clock */
  maintained({ events, issues, reason, bytes, maxBytes, excess }: Maintained, at: number): void {
    this.bytes.set(this.bytes.series(), bytes);
    this.maxBytes.set(this.maxBytes.series(), maxBytes);
    if (reason !== undefined) {
      this.events.add(this.events.series([reason]), events);
      this.issues.add(this.issues.series([reason]), issues);
      if (reason === 'size') this.untold += events;
    }
    this.tellOfEviction(maxBytes, at);
    this.tellOfExcess(excess, bytes, maxBytes);
    this.isFailing = false;
  }

  /** Told when it begins. */
  maintenanceFailed(error: unknown): void {
    if (this.isFailing) return;
    this.isFailing = true;
    this.log.warn({ err: error }, 'the store cannot be kept within its bounds at the moment; trying again');
  }

  /** That old events go is what was asked for; that others do is worth knowing. */
  private tellOfEviction(maxBytes: number, at: number): void {
    if (this.untold === 0 || at - this.toldAt < tellEveryMillis) return;
    this.log.warn(
      { events: this.untold, max_bytes: maxBytes },
      'the store has reached store.max_size: events that say the least are deleted to make room, also younger ones than store.retention says. Counts of issues stay exact; tocsin_store_events_evicted_total counts on',
    );
    this.untold = 0;
    this.toldAt = at;
  }

  private tellOfExcess(excess: Maintained['excess'], bytes: number, maxBytes: number): void {
    if (excess === this.excess) return;
    this.excess = excess;
    if (excess === undefined)
      this.log.info({ bytes, max_bytes: maxBytes }, 'the store is within store.max_size again');
    else this.log.error({ bytes, max_bytes: maxBytes }, remedies[excess]);
  }
}
