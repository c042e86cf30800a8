import type { MetricRegistry } from '../../metrics/registry.ts';
import type { Counter } from '../../metrics/scalar.ts';
import type { SeriesBudget } from '../../metrics/series-budget.ts';
import { type UnusableReason, unusableReasons } from './metric-saying.ts';

/** Reported retries, and reports that could not be used. */
export class ReportCounts {
  private readonly retries: Counter;
  private readonly ignored: Counter;

  constructor(registry: MetricRegistry, budget: SeriesBudget) {
    this.retries = registry.counter({
      name: 'tocsin_reported_retries_total',
      help: 'Calls that an app says were tried again, weighted by their sampling threshold.',
      labels: ['service_name', 'policy'],
      budget,
    });
    this.ignored = registry.counter({
      name: 'tocsin_reports_ignored_total',
      help: 'Reports of circuit breakers and retries that could not be used, by the reason.',
      labels: ['reason'],
    });
    for (const reason of unusableReasons) this.ignored.series([reason]);
  }

  /** @param count 0 only makes the series, so that the first is an increase */
  retried(service: string, policy: string, count: number): void {
    this.retries.add(this.retries.series([service, policy]), count);
  }

  unusable(reason: UnusableReason, count = 1): void {
    this.ignored.add(this.ignored.series([reason]), count);
  }
}
