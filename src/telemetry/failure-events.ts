import type { MetricRegistry } from '../metrics/registry.ts';
import type { Counter } from '../metrics/scalar.ts';
import type { SeriesBudget } from '../metrics/series-budget.ts';

const outcomes = ['failed', 'recovered', 'swallowed', 'handled', 'open'] as const;
type Outcome = (typeof outcomes)[number];

/** What happens to the failures of apps: the counters of it. */
export class FailureEvents {
  private readonly events: Counter;
  private readonly swallowedFailures: Counter;
  private readonly settledFailures: Counter;
  private readonly replacedTimes: Counter;

  /** @param budget for the series that are named by apps */
  constructor(registry: MetricRegistry, budget: SeriesBudget) {
    this.events = registry.counter({
      name: 'tocsin_error_events_total',
      help: 'Failures stored as error events.',
      labels: ['service_name', 'severity', 'class'],
      budget,
    });
    this.swallowedFailures = registry.counter({
      name: 'tocsin_swallowed_failures_total',
      help: 'Failures that nothing made up for and that nobody was told of: a span failed, and its local root ended well.',
      labels: ['service_name', 'operation', 'dependency'],
      budget,
    });
    this.settledFailures = registry.counter({
      name: 'tocsin_failures_settled_total',
      help: 'Events of failures that came before their local root, by what became of them; open: the root did not come in time.',
      labels: ['outcome'],
    });
    this.replacedTimes = registry.counter({
      name: 'tocsin_error_event_times_replaced_total',
      help: 'Error events at a time that cannot be, which count as of when they came: in the future, or before the year 2000.',
      labels: ['service_name', 'reason'],
      budget,
    });
    for (const outcome of outcomes) this.settledFailures.series([outcome]);
  }

  stored(service: string, severity: string, errorClass: string): void {
    this.events.add(this.events.series([service, severity, errorClass]));
  }

  swallowed(service: string, where: { operation: string; dependency: string }): void {
    this.swallowedFailures.add(this.swallowedFailures.series([service, where.operation, where.dependency]));
  }

  timeReplaced(service: string, reason: 'future' | 'past'): void {
    this.replacedTimes.add(this.replacedTimes.series([service, reason]));
  }

  /** Of one that had to wait for it. */
  settled(outcome: Outcome): void {
    this.settledFailures.add(this.settledFailures.series([outcome]));
  }
}
