import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../machine/free-port.ts';
import { type Collector, findCollector } from '../otelcol/binary.ts';
import type { Launch, LaunchOptions, Subject } from './subject.ts';

const configuration = fileURLToPath(new URL('../otelcol/collector.yaml', import.meta.url));

/** The OpenTelemetry Collector that `npm run bench:otelcol:build` builds, doing the same work. */
export class OtelcolSubject implements Subject {
  readonly name = 'otelcol';
  private readonly program: string;

  /** @throws Error if it is not there */
  constructor(collector: Collector = findCollector()) {
    if (collector.kind === 'missing')
      throw new Error(`there is no OpenTelemetry Collector: ${collector.why}`);
    this.program = collector.program;
  }

  async launch({ directory, forward }: LaunchOptions): Promise<Launch> {
    const [otlp, grpc, metrics, ownMetrics, health] = await freePorts(5);
    const storage = join(directory, 'storage');
    mkdirSync(storage);
    return {
      program: this.program,
      args: ['--config', configuration],
      environment: {
        GOMAXPROCS: '1',
        OTLP_PORT: String(otlp),
        OTLP_GRPC_PORT: String(grpc),
        METRICS_PORT: String(metrics),
        OWN_METRICS_PORT: String(ownMetrics),
        HEALTH_PORT: String(health),
        STORAGE_DIRECTORY: storage,
        ...exporting(forward),
      },
      otlpUrl: `http://127.0.0.1:${otlp}`,
      grpcUrl: `http://127.0.0.1:${grpc}`,
      readyUrl: `http://127.0.0.1:${health}/`,
      metricsUrl: `http://127.0.0.1:${metrics}/metrics`,
      dropped: {
        url: `http://127.0.0.1:${ownMetrics}/metrics`,
        counter: 'otelcol_processor_filter_spans_filtered',
      },
    };
  }
}

/** An exporter that no pipeline uses is not started, but its configuration must be one. */
function exporting(forward: LaunchOptions['forward']): Record<string, string> {
  const { endpoint = 'http://127.0.0.1:4318', gzip = false } = forward ?? {};
  return {
    FORWARD_ENDPOINT: endpoint,
    COMPRESSION: gzip ? 'gzip' : 'none',
    COMPRESSION_LEVEL: gzip ? '1' : '0',
    TRACE_EXPORTERS: forward === undefined ? '[span_metrics]' : '[span_metrics, otlp_http]',
  };
}
