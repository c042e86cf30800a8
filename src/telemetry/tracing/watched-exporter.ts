import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { TracingEvents } from './tracing-events.ts';

type Exporter = Pick<OTLPTraceExporter, 'export' | 'shutdown'>;
type Spans = Parameters<Exporter['export']>[0];
type Done = Parameters<Exporter['export']>[1];

/** OpenTelemetry's `ExportResultCode.SUCCESS`. */
const success = 0;

/** An exporter of whose results somebody is told: the SDK itself would say nothing. */
export class WatchedExporter implements Exporter {
  private readonly exporter: Exporter;
  private readonly url: string;
  private readonly events: TracingEvents;

  constructor(exporter: Exporter, url: string, events: TracingEvents) {
    this.exporter = exporter;
    this.url = url;
    this.events = events;
  }

  export(spans: Spans, done: Done): void {
    this.exporter.export(spans, (result) => {
      const code: number = result.code;
      if (code === success) this.events.exported(spans.length);
      else this.events.lost(spans.length, this.url, result.error);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}
