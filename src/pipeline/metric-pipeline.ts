import { reportMetrics, type ReportMetric } from '../derive/reported/known-metrics.ts';
import type { Reported } from '../derive/reported/reported.ts';
import { type MetricBatch, scanMetrics } from '../otlp/metric-scanner.ts';
import { MetricView } from '../otlp/metric-view.ts';
import { copyOf } from '../otlp/slice.ts';
import { nextTurn } from '../runtime/next-turn.ts';
import type { Events } from '../telemetry/events.ts';
import type { Accepted, Acceptor } from './acceptor.ts';
import { Outlet } from './outlet.ts';
import { reporterOf } from './reporter.ts';
import type { ResourceFacts, ResourceReader } from './resource-facts.ts';
import type { Sink } from './sink.ts';

export interface MetricPipelineDependencies {
  events: Events;
  resources: ResourceReader;
  /** Told what metrics say of circuit breakers and retries. */
  reported?: Pick<Reported, 'metric' | 'leftOut'>;
  /** Where they go; without one they are counted as unrouted. */
  sink?: Sink | undefined;
}

/** Known metrics that are read before others have their turn. */
const metricsInOnePiece = 100;

/**
 * What happens to a request of metrics: it is checked, what it says of circuit breakers and retries is counted, and all of it is passed
 * on. Other metrics are not looked at.
 */
export class MetricPipeline implements Acceptor {
  private readonly dependencies: MetricPipelineDependencies;
  private readonly outlet: Outlet;

  constructor(dependencies: MetricPipelineDependencies) {
    this.dependencies = dependencies;
    this.outlet = new Outlet('metrics', dependencies.sink, dependencies.events);
  }

  async accept(body: Uint8Array, onWhole?: () => Promise<void>): Promise<Accepted> {
    const batch = scanMetrics(body, reportMetrics);
    const { points: items } = batch;
    await onWhole?.();
    if (batch.known.length > 0) await this.report(batch);
    this.dependencies.events.itemsAccounted('data_points', 'received', items);
    return { items, rejected: 0, pending: this.outlet.pass(items, () => copyOf(body)) };
  }

  private async report(batch: MetricBatch<ReportMetric>): Promise<void> {
    const { resources, reported } = this.dependencies;
    const view = new MetricView(batch);
    /** By where they begin. */
    const facts = new Map<number, ResourceFacts>();
    let left = metricsInOnePiece;
    for (const range of batch.known) {
      view.moveTo(range);
      const known = facts.get(range.resourceStart) ?? resources.read(view);
      facts.set(range.resourceStart, known);
      reported?.metric(range.name, view.points(), reporterOf(known));
      if (--left > 0) continue;
      await nextTurn();
      left = metricsInOnePiece;
    }
    reported?.leftOut(batch.leftOut);
  }
}
