import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CallMetrics } from '../../src/derive/calls.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { NoiseAudit } from '../../src/noise/audit.ts';
import { Noise } from '../../src/noise/noise.ts';
import { builtInRules } from '../../src/noise/rule.ts';
import { StoreUnavailable } from '../../src/pipeline/failures/event-recorder.ts';
import { Outlet } from '../../src/pipeline/outlet.ts';
import type { Settlement, Sink } from '../../src/pipeline/sink.ts';
import { TracePipeline } from '../../src/pipeline/trace-pipeline.ts';
import { Events, fates } from '../../src/telemetry/events.ts';
import { kind, type SpanSpec, span, traceRequestBytes } from '../support/otlp-builders.ts';
import { decodeTraceRequest, encodeTraceRequest } from '../support/otlp-reference.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RecordingSink } from '../support/recording-sink.ts';
import { TestClock } from '../support/test-clock.ts';

function ledgerOf(registry: MetricRegistry, signal: string): Record<string, number> {
  const text = [...registry.expose()].join('');
  const value = (series: string): number =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(series))!
        .split(' ')[1],
    );
  const counts = fates.map((fate): [string, number] => [
    fate,
    value(`tocsin_ledger_total{signal="${signal}",fate="${fate}"}`),
  ]);
  counts.push(['pending', value(`tocsin_ledger_pending{signal="${signal}"}`)]);
  return Object.fromEntries(counts.filter(([, count]) => count !== 0));
}

function eventsOf(registry: MetricRegistry): Events {
  return new Events(registry, new RecordingLog(), new SeriesBudget(1000));
}

suite('an outlet', () => {
  const table: [settled: [fate: Settlement, items: number][], account: Record<string, number>][] = [
    [[['forwarded', 7]], { forwarded: 7 }],
    [
      [
        ['forwarded', 4],
        ['lost', 2],
        ['forwarded', 1],
      ],
      { forwarded: 5, lost: 2 },
    ],
    [[['lost', 7]], { lost: 7 }],
    [[['unrouted', 7]], { unrouted: 7 }],
    [
      [
        ['stored', 4],
        ['forwarded', 3],
      ],
      { forwarded: 3, pending: 4 },
    ],
  ];
  for (const [settled, account] of table) {
    test(`counts what is pending until it is ${settled.map((one) => one.join(' ')).join(', ')}`, async () => {
      const registry = new MetricRegistry();
      const sink = new RecordingSink();
      const passed = new Outlet('logs', sink, eventsOf(registry)).pass(7, () => Uint8Array.of(1));
      assert.deepEqual(ledgerOf(registry, 'log_records'), { pending: 7 });
      const [batch] = sink.offered;
      assert.deepEqual([batch!.signal, batch!.items, batch!.bytes], ['logs', 7, Uint8Array.of(1)]);
      for (const [fate, items] of settled) batch!.settled(fate, items);
      await passed;
      assert.deepEqual(ledgerOf(registry, 'log_records'), account);
      assert.deepEqual(ledgerOf(registry, 'spans'), {});
    });
  }

  test('counts what is settled before the offer returns', () => {
    const registry = new MetricRegistry();
    const sink: Sink = { offer: ({ settled }) => settled('lost', 3) };
    void new Outlet('metrics', sink, eventsOf(registry)).pass(3, () => new Uint8Array(0));
    assert.deepEqual(ledgerOf(registry, 'data_points'), { lost: 3 });
  });

  test('makes no request where there is nothing to send, or nowhere to send it', () => {
    const registry = new MetricRegistry();
    const never = (): never => assert.fail('a request was made');
    const sink = new RecordingSink();
    void new Outlet('traces', sink, eventsOf(registry)).pass(0, never);
    assert.equal(sink.offered.length, 0);
    void new Outlet('traces', undefined, eventsOf(new MetricRegistry())).pass(4, never);
  });
});

suite('the pipeline with a sink', () => {
  function setUp() {
    const registry = new MetricRegistry();
    const sink = new RecordingSink();
    let storeIsBroken = false;
    const pipeline = new TracePipeline({
      clock: new TestClock(),
      noise: new Noise({ builtIn: new Set(builtInRules), drop: [] }),
      audit: new NoiseAudit(new TestClock()),
      calls: new CallMetrics(registry, new SeriesBudget(3000), { unit: 'ms', bounds: [2] }),
      recorder: {
        judge: (failure) => failure,
        playsDown: false,
        record: () => (storeIsBroken ? Promise.reject(new StoreUnavailable('disk full')) : Promise.resolve()),
        settled: () => undefined,
        explained: () => undefined,
      },
      events: eventsOf(registry),
      sink,
    });
    return {
      sink,
      ledger: () => ledgerOf(registry, 'spans'),
      send: (...spans: SpanSpec[]) => pipeline.accept(traceRequestBytes(spans)),
      sendBytes: (bytes: Uint8Array) => pipeline.accept(bytes),
      breakStore: () => {
        storeIsBroken = true;
      },
    };
  }
  const health: SpanSpec = {
    id: 1,
    name: 'GET /healthz',
    kind: kind.server,
    attributes: { 'url.path': '/healthz' },
  };
  const order: SpanSpec = { id: 3, trace: 2, name: 'POST /order', kind: kind.server };
  const namesIn = (bytes: Uint8Array): (string | undefined)[] =>
    (decodeTraceRequest(bytes).resourceSpans ?? []).flatMap(({ scopeSpans = [] }) =>
      scopeSpans.flatMap(({ spans = [] }) => spans.map(({ name }) => name)),
    );

  test('hands on exactly the spans that are kept, with the children of what is noise left out', async () => {
    const { sink, send, ledger } = setUp();
    await send(health, { id: 2, parent: 1, name: 'inside' }, order, {
      id: 4,
      trace: 2,
      parent: 3,
      name: 'q',
    });
    assert.deepEqual(ledger(), { received: 4, dropped: 2, pending: 2 });
    assert.deepEqual(namesIn(sink.offered[0]!.bytes), ['POST /order', 'q']);
    sink.offered[0]!.settled('forwarded', 2);
    assert.deepEqual(ledger(), { received: 4, dropped: 2, forwarded: 2 });
  });

  test('offers nothing when all of a request is noise, or nothing is in it', async () => {
    const { sink, send, sendBytes } = setUp();
    await send(health);
    await sendBytes(new Uint8Array(0));
    assert.equal(sink.offered.length, 0);
  });

  test('leaves rejected spans out', async () => {
    const { sink, sendBytes, ledger } = setUp();
    const spans = [span(order), { ...span({ id: 5 }), traceId: Buffer.alloc(3) }];
    await sendBytes(encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
    assert.deepEqual(namesIn(sink.offered[0]!.bytes), ['POST /order']);
    assert.deepEqual(ledger(), { received: 2, rejected: 1, pending: 1 });
  });

  test('offers nothing of a request that is to be sent again, since its errors could not be stored', async () => {
    const { sink, send, ledger, breakStore } = setUp();
    breakStore();
    await assert.rejects(send({ ...order, failed: true }), { name: 'StoreUnavailable' });
    assert.equal(sink.offered.length, 0);
    assert.deepEqual(ledger(), {});
  });

  test('gives the sink bytes that stay as they are when the request’s own are used again', async () => {
    const { sink, sendBytes } = setUp();
    const body = traceRequestBytes([order]);
    await sendBytes(body);
    body.fill(0);
    assert.deepEqual(namesIn(sink.offered[0]!.bytes), ['POST /order']);
  });
});
