import type { MetricRegistry } from '../../metrics/registry.ts';
import type { Counter } from '../../metrics/scalar.ts';
import type { Log } from '../log.ts';

/** What happens to Tocsin's own spans, one method each, as in `Events`. */
export class TracingEvents {
  private readonly log: Log;
  private readonly spans: Counter;
  private isFailing = false;

  constructor(registry: MetricRegistry, log: Log) {
    this.log = log;
    this.spans = registry.counter({
      name: 'tocsin_own_spans_total',
      help: 'Spans of what Tocsin itself does, by what became of them.',
      labels: ['outcome'],
    });
    for (const outcome of ['exported', 'lost', 'over_limit']) this.spans.series([outcome]);
  }

  exported(spans: number): void {
    this.spans.add(this.spans.series(['exported']), spans);
    if (this.isFailing) this.log.info("Tocsin's own traces are taken again");
    this.isFailing = false;
  }

  lost(spans: number, url: string, error: Error | undefined): void {
    this.spans.add(this.spans.series(['lost']), spans);
    if (!this.isFailing)
      this.log.warn(`Tocsin's own traces are not taken by ${url}: ${error?.message ?? 'unknown error'}`);
    this.isFailing = true;
  }

  overLimit(): void {
    this.spans.add(this.spans.series(['over_limit']));
  }

  leadsToOurselves(url: string, listener: string): void {
    this.log.error(
      `telemetry.traces.endpoint ${url} is Tocsin's own ${listener}: its own traces are not sent, since each would lead to another`,
    );
  }
}
