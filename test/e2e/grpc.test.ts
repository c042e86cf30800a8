import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { eventually } from '../support/eventually.ts';
import { TocsinProcess } from './support/tocsin.ts';

type ExporterOptions = NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>;

/** An app's SDK that exports over gRPC. */
function sdkFor(url: string, service: string, compression: 'none' | 'gzip') {
  const exporter = new OTLPTraceExporter({
    url,
    compression: compression as NonNullable<ExporterOptions['compression']>,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new BatchSpanProcessor({ exporter, maxExportBatchSize: 100, maxQueueSize: 10_000 })],
  });
  return { provider, tracer: provider.getTracer('e2e') };
}

/** Runs of an operation that ends well. */
function succeed(tracer: Tracer, name: string, times: number): void {
  for (let run = 0; run < times; run++) tracer.startSpan(name, { attributes: { run } }).end();
}

suite('the bundle takes what a real SDK sends over gRPC', () => {
  const tocsin = new TocsinProcess({});
  before(() => tocsin.start());
  after(() => tocsin.stop());

  // What is being exported when it is to be flushed is not waited for by the SDK.
  const counted = (service: string, calls: number): Promise<unknown> =>
    eventually(`${calls} calls of ${service}`, async () => {
      const labels = { service_name: service };
      return (await tocsin.sum('traces_span_metrics_calls_total', labels)) === calls;
    });
  const requests = (code: string): Promise<number> =>
    tocsin.sum('tocsin_intake_requests_total', { protocol: 'grpc', code });

  for (const compression of ['none', 'gzip'] as const) {
    test(`every span of it, with the compression ${compression}`, async () => {
      const { provider, tracer } = sdkFor(tocsin.at.grpc, `shop-${compression}`, compression);
      succeed(tracer, 'order', 1234);
      await provider.forceFlush();
      await counted(`shop-${compression}`, 1234);
      await provider.shutdown();
    });
  }

  test('failures become issues', async () => {
    const { provider, tracer } = sdkFor(tocsin.at.grpc, 'payments', 'gzip');
    const span = tracer.startSpan('charge');
    span.recordException(new RangeError('the card has no number'));
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    await provider.shutdown();
    const issue = await eventually('the issue', async () => (await tocsin.issues('service=payments'))[0]);
    assert.deepEqual([issue.type, issue.message, issue.count], ['RangeError', 'the card has no number', 1]);
  });

  test('what is sent across a restart: the SDK connects again, and sends again what was not taken', async () => {
    const { provider, tracer } = sdkFor(tocsin.at.grpc, 'restarted', 'none');
    succeed(tracer, 'before', 100);
    await provider.forceFlush();
    await counted('restarted', 100);
    assert.equal((await tocsin.stop()).code, 0);
    await tocsin.start();
    succeed(tracer, 'after', 100);
    await provider.shutdown();
    await counted('restarted', 100);
  });

  test('while thousands of connections say nothing, or half of something', async (t) => {
    const { hostname, port } = new URL(tocsin.at.grpc);
    const crowd: Socket[] = [];
    t.after(() => {
      for (const socket of crowd) socket.destroy();
    });
    const said = ['', 'PRI * ', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'];
    const { provider, tracer } = sdkFor(tocsin.at.grpc, 'crowded', 'gzip');
    for (let i = 0; i < 3000; i++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      crowd.push(socket);
      socket.write(said[i % said.length]!);
      if (i % 100 === 0) await new Promise((resolve) => socket.once('connect', resolve));
    }
    succeed(tracer, 'order', 100);
    await provider.shutdown();
    await counted('crowded', 100);
    await eventually('the crowd to be bounded', async () => {
      return (await tocsin.sum('tocsin_connections_evicted_total', { listener: 'otlp_grpc' })) >= 2000;
    });
    const resident = await tocsin.sum('process_resident_memory_bytes');
    assert.ok(resident < 300 * 2 ** 20, `${Math.round(resident / 2 ** 20)} MiB resident`);
  });

  test('and nothing of it was refused', async () => {
    assert.ok((await requests('200')) > 0);
    for (const code of ['400', '404', '413', '415', '500']) assert.equal(await requests(code), 0, code);
  });
});
