import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter, Gauge } from '../metrics/scalar.ts';

const reasons = ['timeout', 'full'] as const;

/** What happens to local traces that come in several requests: the counters of it. */
export class LocalTraceEvents {
  private readonly heldSpans: Gauge;
  private readonly undecidedSpans: Counter;
  private readonly orphans: Counter;

  constructor(registry: MetricRegistry) {
    this.heldSpans = registry.gauge({
      name: 'tocsin_local_trace_held_spans',
      help: 'Spans that wait for their local root, by which it is decided what is done with them.',
    });
    this.heldSpans.add(this.heldSpans.series(), 0);
    this.undecidedSpans = registry.counter({
      name: 'tocsin_local_trace_undecided_spans_total',
      help: 'Spans passed on without their local root: it did not come in time, or there was no room to hold them.',
      labels: ['reason'],
    });
    for (const reason of reasons) this.undecidedSpans.series([reason]);
    this.orphans = registry.counter({
      name: 'tocsin_noise_orphaned_spans_total',
      help: 'Spans passed on since one of them failed, after the rest of their local trace had been dropped as noise.',
      labels: ['rule'],
    });
  }

  /** @param spans more than before; negative if they are fewer */
  held(spans: number): void {
    this.heldSpans.add(this.heldSpans.series(), spans);
  }

  undecided(reason: (typeof reasons)[number], spans: number): void {
    this.undecidedSpans.add(this.undecidedSpans.series([reason]), spans);
  }

  orphaned(rule: string, spans: number): void {
    this.orphans.add(this.orphans.series([rule]), spans);
  }
}
