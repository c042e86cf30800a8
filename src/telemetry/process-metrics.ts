import { collectDefaultMetrics, Registry } from 'prom-client';

/** Sums of what other metrics say by type, as gauges that are named like counters: `promtool check metrics` objects. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** How often the delay of the event loop is looked at: at the library's 10 ms that is three quarters of what an idle process does. */
const lagMillis = 1000;

/** Memory, CPU, event loop and garbage collection of Tocsin's own process, under prom-client's usual names. */
export class ProcessMetrics {
  private readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: lagMillis });
    for (const name of misnamed) this.registry.removeSingleMetric(name);
  }

  expose(): Promise<string> {
    return this.registry.metrics();
  }
}
