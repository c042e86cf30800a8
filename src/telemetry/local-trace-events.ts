import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter, Gauge } from '../metrics/scalar.ts';

const reasons = ['timeout', 'full'] as const;
type UndecidedReason = (typeof reasons)[number];

const samplings = ['always', 'ratio', 'left_out'] as const;
type Sampling = (typeof samplings)[number];

/** Spans, since the process began; those that are held are so now. */
export interface LocalTraceReport {
  held: number;
  undecided: Record<UndecidedReason, number>;
  orphaned: number;
  sampled: Record<Sampling, number>;
}

/** What happens to local traces that come in several requests, and to those that are sampled: the counters of it. */
export class LocalTraceEvents {
  readonly report: LocalTraceReport = {
    held: 0,
    undecided: { timeout: 0, full: 0 },
    orphaned: 0,
    sampled: { always: 0, ratio: 0, left_out: 0 },
  };
  private readonly heldSpans: Gauge;
  private readonly undecidedSpans: Counter;
  private readonly orphans: Counter;
  private readonly sampledSpans: Counter;

  constructor(registry: MetricRegistry) {
    this.heldSpans = registry.gauge({
      name: 'tocsin_local_trace_held_spans',
      help: 'Spans that wait for their local root, by which it is decided what is done with them.',
    });
    this.heldSpans.set(this.heldSpans.series(), 0);
    this.undecidedSpans = registry.counter({
      name: 'tocsin_local_trace_undecided_spans_total',
      help: 'Spans that went on without their local root: it did not come in time, or there was no room to hold them.',
      labels: ['reason'],
    });
    for (const reason of reasons) this.undecidedSpans.series([reason]);
    this.orphans = registry.counter({
      name: 'tocsin_noise_orphaned_spans_total',
      help: 'Spans passed on since one of them failed, after the rest of their local trace had been dropped as noise.',
      labels: ['rule'],
    });
    this.sampledSpans = registry.counter({
      name: 'tocsin_sampling_spans_total',
      help: 'Spans that were sampled by forward.sampling, by what became of their local trace.',
      labels: ['decision'],
    });
    for (const sampling of samplings) this.sampledSpans.series([sampling]);
  }

  /** @param spans more than before; negative if they are fewer */
  held(spans: number): void {
    this.report.held += spans;
    this.heldSpans.set(this.heldSpans.series(), this.report.held);
  }

  undecided(reason: UndecidedReason, spans: number): void {
    this.report.undecided[reason] += spans;
    this.undecidedSpans.add(this.undecidedSpans.series([reason]), spans);
  }

  orphaned(rule: string, spans: number): void {
    this.report.orphaned += spans;
    this.orphans.add(this.orphans.series([rule]), spans);
  }

  sampled(sampling: Sampling, spans: number): void {
    if (spans === 0) return;
    this.report.sampled[sampling] += spans;
    this.sampledSpans.add(this.sampledSpans.series([sampling]), spans);
  }
}
