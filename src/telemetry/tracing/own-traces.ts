import { AsyncLocalStorage } from 'node:async_hooks';
import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { withoutVariables } from '../../config/environment.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { OwnTracesConfig } from './config.ts';
import { type ActiveSpan, noSpan, type Tracing, type Work } from './tracing.ts';
import type { TracingEvents } from './tracing-events.ts';
import { WatchedExporter } from './watched-exporter.ts';

export interface OwnTracesOptions {
  clock: Clock;
  config: OwnTracesConfig;
  /** Sent with every request. */
  headers: Readonly<Record<string, string>>;
  /** `service.version` */
  version: string;
  /** `service.instance.id` */
  instance: string;
  events: TracingEvents;
}

/**
 * Traces that begin in a second. Who looks into Tocsin needs examples, and an app that sends a thousand requests a second must
 * not pay for a thousand traces of ours.
 */
const mostPerSecond = 50;

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Tocsin's own traces by OpenTelemetry's SDK. A file of its own, since it is loaded only when somebody wants them. */
export class OwnTraces implements Tracing {
  private readonly options: OwnTracesOptions;
  private readonly sdk: NodeSDK;
  private readonly tracer = trace.getTracer('tocsin');
  private readonly silence = new AsyncLocalStorage<true>();
  private secondBegan = Number.NEGATIVE_INFINITY;
  private begun = 0;
  private isStopped = false;

  constructor(options: OwnTracesOptions) {
    this.options = options;
    // Those are for what is forwarded: its keys are nobody else's, and its settings say nothing of this.
    this.sdk = withoutVariables('OTEL_', () => start(options));
  }

  async run<T>(work: Work, doing: (span: ActiveSpan) => Promise<T>): Promise<T> {
    const isSilent = this.silence.getStore() === true && work.isLoop !== true;
    if (isSilent || this.isStopped) return doing(noSpan);
    if (!this.mayBegin()) return this.silently(() => doing(noSpan));
    const { name, attributes, kind } = work;
    return this.tracer.startActiveSpan(name, { kind: kinds[kind], attributes, root: true }, async (span) => {
      try {
        return await doing(activeSpan(span));
      } catch (error) {
        span.recordException(error as Error);
        span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  silently<T>(doing: () => T): T {
    return this.silence.run(true, doing);
  }

  /** Sends what is there, for as long as a try may take. */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    // What could not be sent has been counted, and told of.
    await this.sdk.shutdown().catch(() => undefined);
    trace.disable();
    context.disable();
  }

  private mayBegin(): boolean {
    const now = this.options.clock.monotonic();
    if (now - this.secondBegan >= 1000) {
      this.secondBegan = now;
      this.begun = 0;
    }
    if (++this.begun <= mostPerSecond) return true;
    this.options.events.overLimit();
    return false;
  }
}

/** What is left is sent while Tocsin ends, which must not take longer for it. */
const timeoutMillis = 2_000;

function start({ config, headers, version, instance, events }: OwnTracesOptions): NodeSDK {
  const url = `${config.endpoint.replace(/\/+$/, '')}/v1/traces`;
  const own = Object.entries(config.headers).map(([name, value]) => [name, value.reveal()] as const);
  const exporter = new OTLPTraceExporter({
    url,
    timeoutMillis,
    headers: { ...Object.fromEntries(own), ...headers },
  });
  const sdk = new NodeSDK({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.name': 'tocsin',
        'service.version': version,
        'service.instance.id': instance,
      }),
    ),
    autoDetectResources: false,
    traceExporter: new WatchedExporter(exporter, url, events),
    sampler: new TraceIdRatioBasedSampler(config.ratio),
    textMapPropagator: null,
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  return sdk;
}

function activeSpan(span: Span): ActiveSpan {
  return { set: (attributes) => void span.setAttributes({ ...attributes }) };
}
