import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter, Gauge } from '../metrics/scalar.ts';

/** The families of forwarding, which all destinations have in common. */
export class ForwardMetrics {
  readonly registry: MetricRegistry;
  readonly requests: Counter;
  readonly items: Counter;
  readonly retries: Counter;
  readonly divisions: Counter;
  readonly queueBytes: Gauge;
  readonly spooled: Counter;
  readonly damaged: Counter;
  readonly spoolBytes: Gauge;
  readonly spoolRequests: Gauge;
  readonly spoolOldest: Gauge;

  constructor(registry: MetricRegistry) {
    this.registry = registry;
    this.requests = registry.counter({
      name: 'tocsin_forward_requests_total',
      help: 'Tries to forward a request, by the HTTP status that was answered, or why none was.',
      labels: ['destination', 'signal', 'code'],
    });
    this.items = registry.counter({
      name: 'tocsin_forward_items_total',
      help: 'Spans, log records and data points that were to be forwarded, by what became of them.',
      labels: ['destination', 'signal', 'outcome'],
    });
    this.retries = registry.counter({
      name: 'tocsin_forward_retries_total',
      help: 'Tries to forward a request that had been tried before.',
      labels: ['destination', 'signal'],
    });
    this.divisions = registry.counter({
      name: 'tocsin_forward_divisions_total',
      help: 'Requests that were divided in two, since the back end found them too large, or something in them bad.',
      labels: ['destination', 'signal'],
    });
    this.queueBytes = registry.gauge({
      name: 'tocsin_forward_queue_bytes',
      help: 'What waits in memory to be forwarded or is under way, as forward.max_queue bounds it.',
      labels: ['destination'],
    });
    this.spooled = registry.counter({
      name: 'tocsin_forward_spooled_items_total',
      help: 'Spans, log records and data points that were written into the spool, to wait there.',
      labels: ['destination', 'signal'],
    });
    this.damaged = registry.counter({
      name: 'tocsin_forward_spool_damaged_total',
      help: 'Places in the spool that could not be read.',
      labels: ['destination'],
    });
    this.spoolBytes = registry.gauge({
      name: 'tocsin_forward_spool_bytes',
      help: 'What is in the spool on disk, as forward.spool.max_size bounds it.',
      labels: ['destination'],
    });
    this.spoolRequests = registry.gauge({
      name: 'tocsin_forward_spool_requests',
      help: 'Requests that wait in the spool or are under way from it.',
      labels: ['destination'],
    });
    this.spoolOldest = registry.gauge({
      name: 'tocsin_forward_spool_oldest_seconds',
      help: 'For how long the oldest of them has been in the spool.',
      labels: ['destination'],
    });
  }
}
