import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test, type TestContext } from 'node:test';
import { compose } from '../../src/app/composition/compose.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd, type Received } from '../support/otlp-back-end.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { TestClock } from '../support/test-clock.ts';

interface OwnSpan {
  name: string;
  spanId: string;
  parentSpanId?: string;
  status: { code: number; message?: string };
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** OTLP in JSON, as the exporter writes it. */
interface OwnRequest {
  resourceSpans: {
    resource: { attributes: OwnSpan['attributes'] };
    scopeSpans: { spans: OwnSpan[] }[];
  }[];
}

const valuesOf = (attributes: OwnSpan['attributes']): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

function requestIn({ body }: Received): OwnRequest {
  return JSON.parse(body.toString()) as OwnRequest;
}

function spansIn(received: readonly Received[]): OwnSpan[] {
  return received
    .flatMap((each) => requestIn(each).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

interface Given {
  traces?: object;
  forward?: object;
  port?: number;
}

/** The real composition; `traces` gets Tocsin's own, and is looked at after Tocsin has stopped. */
async function start(t: TestContext, given: Given = {}) {
  const traces = new OtlpBackEnd();
  traces.otherwise = { headers: { 'content-type': 'application/json' }, body: '{}' };
  const endpoint = await traces.start();
  t.after(() => traces.stop());
  const listen = '127.0.0.1:0';
  const configuration = configurationSchema.parse({
    intake: { http: { listen: `127.0.0.1:${given.port ?? 0}` }, grpc: { listen: '' } },
    metrics: { listen },
    admin: { listen },
    forward: given.forward ?? {},
    telemetry: { traces: given.traces ?? { endpoint, headers: { 'x-key': 'of traces' } } },
  });
  const log = new RecordingLog();
  const receiver = new RecordingReceiver('chat');
  const clock = new TestClock();
  const tocsin = compose(configuration, {
    clock,
    log,
    store: new InlineStore(),
    receivers: [receiver],
    tokens: [],
    journalDirectory: undefined,
    processMetrics: () => Promise.resolve(''),
    random: () => 0,
  });
  await tocsin.start();
  t.after(() => tocsin.stop());
  const { otlpHttp, metrics } = tocsin.addresses();
  return {
    traces,
    tocsin,
    log,
    clock,
    receiver,
    exposition: async () => (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text(),
    send: async (headers: Record<string, string> = {}, id = 1) => {
      const response = await fetch(`http://127.0.0.1:${otlpHttp.port}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', ...headers },
        body: new Uint8Array(traceRequestBytes([{ id, failed: true }])),
      });
      await response.arrayBuffer();
      return response.status;
    },
  };
}

suite("Tocsin's own traces", () => {
  test('say what became of a request that had a failure in it, from taking it to telling people', async (t) => {
    const { traces, tocsin, receiver, send } = await start(t);
    await send();
    await eventually('a message', () => receiver.shown.length > 0);
    await tocsin.stop();
    const spans = spansIn(traces.received);
    const byName = new Map(spans.map((span) => [span.name, span]));
    assert.deepEqual([...byName.keys()].sort(), ['commit alerts', 'notify', 'receive', 'store events']);
    const receive = byName.get('receive')!;
    for (const name of ['receive', 'store events', 'commit alerts', 'notify'])
      assert.equal(byName.get(name)!.parentSpanId, undefined, name);
    const { 'http.request.body.size': size, ...facts } = valuesOf(receive.attributes);
    assert.ok(Number(size) > 0);
    assert.deepEqual(facts, {
      'tocsin.signal': 'traces',
      'tocsin.encoding': 'protobuf',
      'tocsin.items': 1,
      'tocsin.rejected': 0,
    });
    const { attributes } = requestIn(traces.received[0]!).resourceSpans[0]!.resource;
    assert.equal(valuesOf(attributes)['service.name'], 'tocsin');
    assert.equal(traces.received[0]!.headers['x-key'], 'of traces');
  });

  test('say which try was in vain and why, and call it no failure, since another Tocsin would tell of that', async (t) => {
    const { traces, tocsin, receiver, send } = await start(t);
    receiver.outcomes.push({ kind: 'failed', reason: 'no network' });
    await send();
    await eventually('a try', () => receiver.shown.length > 0);
    await tocsin.stop();
    const { status, attributes } = spansIn(traces.received).find(({ name }) => name === 'notify')!;
    assert.equal(status.code, 0);
    const { 'tocsin.outcome': outcome, 'tocsin.reason': reason } = valuesOf(attributes);
    assert.deepEqual([outcome, reason], ['failed', 'no network']);
  });

  test('are not made of what is taken in of the traces of another Tocsin', async (t) => {
    const backEnd = new OtlpBackEnd();
    t.after(() => backEnd.stop());
    const { traces, tocsin, send } = await start(t, { forward: { endpoint: await backEnd.start() } });
    await send({ 'tocsin-own-traces': '1' });
    await eventually('it to be forwarded', () => backEnd.received.length === 1);
    await tocsin.stop();
    assert.deepEqual(
      spansIn(traces.received).filter(({ name }) => name === 'receive' || name === 'forward'),
      [],
    );
  });

  test('say that they are such, so that another Tocsin makes none of them', async (t) => {
    const { traces, tocsin, send } = await start(t);
    await send();
    await tocsin.stop();
    assert.equal(traces.received[0]!.headers['tocsin-own-traces'], '1');
  });

  test('do not begin more often than 50 times a second, and the others are counted', async (t) => {
    const { traces, tocsin, clock, send, exposition } = await start(t);
    for (let id = 1; id <= 60; id++) await send({}, id);
    assert.match(await exposition(), /^tocsin_own_spans_total\{outcome="over_limit"\} (?:[1-9]\d+)$/m);
    clock.advance(1000);
    await send({}, 61);
    await tocsin.stop();
    const received = spansIn(traces.received).filter(({ name }) => name === 'receive').length;
    assert.ok(received > 10 && received <= 51, `${received} traces`);
  });

  test('that are not taken are counted, told of once, and keep nobody waiting', async (t) => {
    const { traces, tocsin, log, send } = await start(t);
    traces.otherwise = { status: 400 };
    await send();
    await tocsin.stop();
    const told = log.warnings.filter((line) => line.includes('own traces are not taken'));
    assert.equal(told.length, 1);
  });

  test('are not sent to Tocsin itself', async (t) => {
    const free = new OtlpBackEnd();
    const port = Number(new URL(await free.start()).port);
    await free.stop();
    const { log, send, exposition } = await start(t, {
      port,
      traces: { endpoint: `http://localhost:${port}` },
    });
    assert.ok(log.errors.some((line) => line.includes("is Tocsin's own OTLP/HTTP listener")));
    assert.equal(await send(), 200);
    assert.match(await exposition(), /^tocsin_ledger_total\{signal="spans",fate="received"\} 1$/m);
  });

  test('have none of the variables that are for what is forwarded', async (t) => {
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'x-secret=of the back end';
    t.after(() => delete process.env['OTEL_EXPORTER_OTLP_HEADERS']);
    const { traces, tocsin, send } = await start(t);
    assert.equal(process.env['OTEL_EXPORTER_OTLP_HEADERS'], 'x-secret=of the back end');
    await send();
    await tocsin.stop();
    assert.equal(traces.received[0]!.headers['x-secret'], undefined);
  });

  test('load nothing unless they are asked for', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const importing = (pattern: RegExp): string[] =>
      sources.filter((file) => !file.startsWith('demo') && pattern.test(readFileSync(`src/${file}`, 'utf8')));
    assert.deepEqual(importing(/^import (?!type ).*from '@opentelemetry\//m), [
      'telemetry/tracing/own-traces.ts',
    ]);
    assert.deepEqual(importing(/^import (?!type ).*\/own-traces\.ts'/m), []);
  });
});
