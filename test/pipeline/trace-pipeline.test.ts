import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CallMetrics } from '../../src/derive/calls.ts';
import { TargetInfo } from '../../src/derive/target-info.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { parseMatcher } from '../../src/match/parse.ts';
import { NoiseAudit } from '../../src/noise/audit.ts';
import { Noise } from '../../src/noise/noise.ts';
import { builtInRules } from '../../src/noise/rule.ts';
import type { IssueStore } from '../../src/issues/issue-store.ts';
import { EventRecorder } from '../../src/pipeline/failures/event-recorder.ts';
import { TracePipeline } from '../../src/pipeline/trace-pipeline.ts';
import { Events } from '../../src/telemetry/events.ts';
import { kind, type SpanSpec, span, traceRequestBytes } from '../support/otlp-builders.ts';
import { encodeTraceRequest } from '../support/otlp-reference.ts';
import { errorPolicy } from '../support/policy.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';
import { cpuMillis } from '../support/cpu-time.ts';

function setUp(given: { healthChecks?: boolean; drop?: Record<string, string[]>; maxSeries?: number } = {}) {
  const clock = new TestClock();
  const registry = new MetricRegistry();
  const events = new Events(registry, new RecordingLog(), new SeriesBudget(1000));
  const drop = Object.entries(given.drop ?? {}).map(([name, where]) => ({
    name,
    where: where.map(parseMatcher),
  }));
  const noise = new Noise({ builtIn: new Set(given.healthChecks === false ? [] : builtInRules), drop });
  const audit = new NoiseAudit(clock);
  for (const rule of noise.names) events.noiseRuleKnown(rule);
  const stored: ErrorEvent[] = [];
  const groups: number[] = [];
  const names = new Map<string, string>();
  let storeIsBroken = false;
  let told = 0;
  const issues: Pick<IssueStore, 'record'> = {
    record: async (batch) => {
      const isBroken = storeIsBroken;
      await Promise.resolve();
      groups.push(batch.length);
      if (isBroken) throw new Error('disk full');
      const fresh = batch.filter((event) => !stored.some(({ id }) => id === event.id));
      stored.push(...fresh);
      return fresh.map(({ id }) => id);
    },
  };
  const pipeline = new TracePipeline({
    clock,
    targets: new TargetInfo(registry, new SeriesBudget(1000)),
    noise,
    audit,
    calls: new CallMetrics(registry, new SeriesBudget(given.maxSeries ?? 3000), {
      unit: 'ms',
      bounds: [2, 4],
    }),
    recorder: new EventRecorder({ clock, policy: errorPolicy(), issues, events, onStored: () => told++ }),
    events,
  });
  const metrics = (): string => [...registry.expose()].join('');
  const value = (series: string): number | undefined => {
    const line = metrics()
      .split('\n')
      .find((text) => text.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  return {
    clock,
    stored,
    audit,
    groups,
    metrics,
    value,
    send: (...spans: SpanSpec[]) => {
      for (const { trace = 1, id, name = '' } of spans) names.set(hex(trace, 32) + hex(id, 16), name);
      return pipeline.accept(traceRequestBytes(spans));
    },
    sendBytes: (bytes: Uint8Array) => pipeline.accept(bytes),
    breakStore: (broken: boolean) => {
      storeIsBroken = broken;
    },
    told: () => told,
    /** Each event by its type and the name of the span that it was found on. */
    types: () =>
      stored.map(
        ({ type, operation, traceId, spanId }) => `${type} in ${names.get(traceId + spanId) ?? operation}`,
      ),
    ledger: () => {
      const fates = ['received', 'dropped', 'unrouted', 'rejected'];
      return Object.fromEntries(
        fates.map((fate) => [fate, value(`tocsin_ledger_total{signal="spans",fate="${fate}"}`)]),
      );
    },
  };
}

function hex(id: number, digits: number): string {
  return id.toString(16).padStart(digits, '0');
}

const calls = (name: string, spanKind = 'SERVER', status = 'UNSET', service = 'shop'): string =>
  `traces_span_metrics_calls_total{service_name="${service}",span_name="${name}",span_kind="SPAN_KIND_${spanKind}",status_code="STATUS_CODE_${status}"}`;

suite('the pipeline, counting calls', () => {
  test('counts each span under its service, name, kind and status', async () => {
    const { send, value } = setUp();
    await send(
      { id: 1, name: 'GET /a', kind: kind.server },
      { id: 2, parent: 1, name: 'q', kind: kind.client, failed: true },
    );
    await send({ id: 3, name: 'GET /a', kind: kind.server });
    assert.equal(value(calls('GET /a')), 2);
    assert.equal(value(calls('q', 'CLIENT', 'ERROR')), 1);
  });

  test('says of each resource that spans came from what it is, and of none without spans', async () => {
    const { sendBytes, metrics } = setUp();
    const resource = (name: string) => ({
      attributes: [{ key: 'service.name', value: { stringValue: name } }],
    });
    const spans = (id: number) => [{ spans: [span({ id, name: 'a' })] }];
    const resourceSpans = [
      { resource: resource('empty'), scopeSpans: [] },
      { resource: resource('one'), scopeSpans: spans(1) },
      { resource: resource('empty'), scopeSpans: [] },
      { resource: resource('two'), scopeSpans: spans(2) },
    ];
    await sendBytes(encodeTraceRequest({ resourceSpans }));
    const seen = [...metrics().matchAll(/^target_info\{service_name="(\w+)"/gm)].map((match) => match[1]);
    assert.deepEqual(seen, ['one', 'two']);
  });

  test('observes durations in milliseconds', async () => {
    const { send, metrics } = setUp();
    await send(
      { id: 1, name: 'a', durationMillis: 2 },
      { id: 2, name: 'a', durationMillis: 3.5 },
      { id: 3, name: 'a', durationMillis: 90 },
    );
    assert.match(
      metrics(),
      /duration_milliseconds_bucket\{.*le="2"} 1\n.*le="4"} 2\n.*le="\+Inf"} 3\n.*_sum\{.*} 95.5\n/,
    );
  });

  test('takes a span that ends before it starts for one without a duration', async () => {
    const { send, metrics } = setUp();
    await send({ id: 1, name: 'a', durationMillis: -5 });
    assert.match(metrics(), /_sum\{[^}]*} 0\n/);
  });

  test('weights a span by its sampling threshold', async () => {
    const { send, value } = setUp();
    await send({ id: 1, name: 'a', traceState: 'ot=th:c' });
    assert.equal(value(calls('a', 'INTERNAL')), 4);
  });

  test('names a service that does not say its name', async () => {
    const { sendBytes, value } = setUp();
    await sendBytes(traceRequestBytes([{ id: 1, name: 'a' }], {}));
    assert.equal(value(calls('a', 'INTERNAL', 'UNSET', 'unknown_service')), 1);
  });

  test('counts kinds and status codes that it does not know as unspecified and unset', async () => {
    const { send, value } = setUp();
    await send({ id: 1, name: 'a', kind: 77 });
    assert.equal(value(calls('a', 'UNSPECIFIED')), 1);
  });

  test('loses no call when there are more names than the budget has series for', async () => {
    const { send, metrics } = setUp({ maxSeries: 100 });
    for (let i = 0; i < 200; i++) await send({ id: 1, name: `GET /users/${i}`, kind: kind.server });
    const counts = [...metrics().matchAll(/^traces_span_metrics_calls_total\{.*} (\d+)$/gm)].map((match) =>
      Number(match[1]),
    );
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      200,
    );
    assert.match(metrics(), /calls_total\{otel_metric_overflow="true"}/);
  });
});

suite('the pipeline, dropping noise', () => {
  const healthCheck: SpanSpec = { id: 1, name: 'GET /healthz', kind: kind.server };

  test('drops a health check with all below it, and counts the drop', async () => {
    const { send, value, metrics, ledger } = setUp();
    await send({ id: 3, parent: 2, name: 'deep' }, { id: 2, parent: 1, name: 'middleware' }, healthCheck, {
      id: 9,
      trace: 2,
      name: 'other',
    });
    assert.equal(value('tocsin_noise_spans_dropped_total{rule="health-checks"}'), 3);
    assert.doesNotMatch(metrics(), /span_name="(GET \/healthz|middleware|deep)"/);
    assert.deepEqual(ledger(), { received: 4, dropped: 3, unrouted: 1, rejected: 0 });
  });

  test('counts no drop before there is one', () => {
    assert.equal(setUp().value('tocsin_noise_spans_dropped_total{rule="health-checks"}'), 0);
  });

  const kept: [name: string, spans: SpanSpec[]][] = [
    ['that failed', [{ ...healthCheck, failed: true }]],
    ['below which something failed', [healthCheck, { id: 2, parent: 1, failed: true }]],
    ['below which an exception was recorded', [healthCheck, { id: 2, parent: 1, exceptions: [{}] }]],
    ['that is a call to somebody else’s', [{ ...healthCheck, kind: kind.client }]],
    [
      'that is not the local root',
      [
        { id: 5, name: 'job' },
        { ...healthCheck, parent: 5 },
      ],
    ],
  ];
  for (const [name, spans] of kept) {
    test(`keeps a health check ${name}`, async () => {
      const { send, value } = setUp();
      await send(...spans);
      assert.equal(value('tocsin_noise_spans_dropped_total{rule="health-checks"}'), 0);
    });
  }

  test('drops a health check that is only named by its path', async () => {
    const { send, value } = setUp();
    await send(
      { id: 1, name: 'GET', kind: kind.server, attributes: { 'url.path': '/livez' } },
      { id: 2, name: 'GET', kind: kind.server, attributes: { 'http.target': '/health?full=1' } },
      { id: 3, name: 'GET', kind: kind.server, attributes: { 'url.path': '/cart' } },
      { id: 4, name: 'GET', kind: kind.server },
      { id: 5, name: 'POST', kind: kind.server, attributes: { 'url.path': '/orders/5/ready' } },
      {
        id: 6,
        name: 'HTTP',
        kind: kind.server,
        attributes: { 'url.path': '/livez', 'http.request.method': 'DELETE' },
      },
    );
    assert.equal(value('tocsin_noise_spans_dropped_total{rule="health-checks"}'), 2);
  });

  test('drops a health check that came with a remote parent', async () => {
    const { send, value } = setUp();
    await send({ ...healthCheck, parent: 77, flags: 0x301 });
    assert.equal(value('tocsin_noise_spans_dropped_total{rule="health-checks"}'), 1);
  });

  test('drops nothing when it is switched off', async () => {
    const { send, value } = setUp({ healthChecks: false });
    await send(healthCheck);
    assert.equal(value(calls('GET /healthz')), 1);
  });
});

suite('the pipeline, dropping what users call noise', () => {
  const drop = { assets: ['url.path=~"/static/.*"'] };
  const asset: SpanSpec = {
    id: 1,
    name: 'GET',
    kind: kind.server,
    attributes: { 'url.path': '/static/a.js' },
  };

  test('drops and counts it with its bytes, and shows it', async () => {
    const { send, value, audit } = setUp({ drop });
    await send(asset, { id: 2, parent: 1, name: 'read' });
    assert.equal(value('tocsin_noise_spans_dropped_total{rule="assets"}'), 2);
    assert.ok(value('tocsin_noise_bytes_dropped_total{rule="assets"}')! > 50);
    assert.equal(audit.report(['assets'])[0]?.samples[0]?.name, 'GET');
  });

  test('keeps what failed, whatever a rule says', async () => {
    const { send, value } = setUp({ drop: { all: ['service="shop"'] } });
    await send(asset, { id: 2, parent: 1, exceptions: [{}] }, { id: 9, trace: 2, name: 'fine' });
    assert.equal(value('tocsin_noise_spans_dropped_total{rule="all"}'), 1);
  });
});

suite('the pipeline, finding failures', () => {
  const root: SpanSpec = { id: 1, name: 'POST /order', kind: kind.server, failed: true };

  const table: [name: string, spans: SpanSpec[], events: string[]][] = [
    ['nothing in what went well', [{ id: 1 }, { id: 2, parent: 1 }], []],
    [
      'a failed span without an exception',
      [{ ...root, attributes: { 'http.response.status_code': 503 } }],
      ['HTTP 503 in POST /order'],
    ],
    [
      'an exception once, of all the spans that it passed through',
      [
        { id: 3, parent: 2, name: 'charge', failed: true, exceptions: [{ type: 'CardError' }] },
        { id: 2, parent: 1, name: 'handler', failed: true, exceptions: [{ type: 'Wrapped' }] },
        { ...root, exceptions: [{ type: 'Wrapped' }] },
      ],
      ['CardError in charge'],
    ],
    [
      'it in whatever order the spans come',
      [
        { ...root, exceptions: [{ type: 'Wrapped' }] },
        { id: 3, parent: 2, name: 'charge', exceptions: [{ type: 'CardError' }] },
        { id: 2, parent: 1, name: 'handler' },
      ],
      ['CardError in charge'],
    ],
    [
      'an exception rather than the failed call that led to it',
      [
        { id: 2, parent: 1, name: 'POST', kind: kind.client, failed: true },
        { ...root, exceptions: [{ type: 'Upstream' }] },
      ],
      ['Upstream in POST /order'],
    ],
    [
      'the deepest failed span where there is no exception',
      [
        {
          id: 2,
          parent: 1,
          name: 'POST',
          kind: kind.client,
          failed: true,
          attributes: { 'http.response.status_code': 503 },
        },
        root,
      ],
      ['HTTP 503 in POST'],
    ],
    [
      'failures on two paths as two',
      [
        { id: 2, parent: 1, name: 'a', exceptions: [{ type: 'A' }] },
        { id: 3, parent: 1, name: 'b', exceptions: [{ type: 'B' }] },
        root,
      ],
      ['A in a', 'B in b'],
    ],
    [
      'two exceptions of one span, but not the same one recorded twice',
      [{ id: 1, name: 'a', exceptions: [{ type: 'A' }, { type: 'A' }, { type: 'B' }] }],
      ['A in a', 'B in a'],
    ],
    [
      'failures in two traces with the same span ids as two',
      [
        { id: 2, parent: 1, name: 'a', trace: 1, exceptions: [{ type: 'A' }] },
        { id: 1, name: 'b', trace: 2, failed: true },
      ],
      ['A in a', 'Error in b'],
    ],
    [
      'a failure below a remote parent in the same request as one of its own',
      [
        { ...root, id: 5 },
        { id: 6, parent: 5, flags: 0x301, name: 'callee', kind: kind.server, exceptions: [{ type: 'A' }] },
      ],
      ['Error in POST /order', 'A in callee'],
    ],
    [
      'failures in spans that name each other as parents',
      [
        { id: 1, parent: 2, name: 'a', exceptions: [{ type: 'A' }] },
        { id: 2, parent: 1, name: 'b' },
      ],
      ['A in a'],
    ],
  ];
  for (const [name, spans, events] of table) {
    test(`finds ${name}`, async () => {
      const { send, types } = setUp();
      await send(...spans);
      assert.deepEqual(types().sort(), [...events].sort());
    });
  }

  const severities: [name: string, spans: SpanSpec[], severity: string][] = [
    [
      'high: an exception on a span that ended well, below one that failed',
      [{ id: 2, parent: 1, exceptions: [{}] }, root],
      'high',
    ],
    [
      'medium: an exception that nothing failed of',
      [
        { id: 2, parent: 1, exceptions: [{}] },
        { ...root, failed: false },
      ],
      'medium',
    ],
    [
      'high: a failed step of which it is not known yet what became',
      [{ id: 2, parent: 1, failed: true, exceptions: [{}] }],
      'high',
    ],
    [
      'low, for the time being: an exception of which it is not known yet what became',
      [{ id: 2, parent: 1, exceptions: [{}] }],
      'low',
    ],
    [
      'low: a call that was answered 404',
      [
        {
          id: 2,
          name: 'GET',
          kind: kind.client,
          failed: true,
          attributes: { 'http.response.status_code': 404 },
        },
      ],
      'low',
    ],
  ];
  for (const [name, spans, severity] of severities) {
    test(`takes for ${name}`, async () => {
      const { send, stored } = setUp();
      await send(...spans);
      assert.deepEqual(
        stored.map((event) => event.severity),
        [severity],
      );
    });
  }

  test('finds a call that was refused once, and not also the socket beside it', async () => {
    const { send, types } = setUp();
    await send(
      { id: 3, parent: 1, name: 'tcp.connect', failed: true },
      {
        id: 2,
        parent: 1,
        name: 'POST',
        kind: kind.client,
        failed: true,
        exceptions: [{ type: 'ECONNREFUSED' }],
      },
      root,
    );
    assert.deepEqual(types(), ['ECONNREFUSED in POST']);
  });

  test('calls its own 503 no failure of a connection', async () => {
    const { send, stored } = setUp();
    await send({ ...root, attributes: { 'http.response.status_code': 503 } });
    assert.deepEqual(
      stored.map((event) => event.class),
      ['operation'],
    );
  });

  test('knows a symptom that comes in a later request', async () => {
    const { send, types } = setUp();
    await send({ id: 3, parent: 2, name: 'charge', exceptions: [{ type: 'CardError' }] });
    await send({ id: 2, parent: 1, name: 'handler' });
    await send(root);
    assert.deepEqual(types(), ['CardError in charge']);
  });

  test('takes a failure that comes a minute later for one of its own', async () => {
    const { send, types, clock } = setUp();
    await send({ id: 2, parent: 1, name: 'charge', failed: true, exceptions: [{ type: 'CardError' }] });
    clock.advance(60_001);
    await send(root);
    assert.deepEqual(types(), ['CardError in charge', 'Error in POST /order']);
  });

  test('does not take the caller in another service for a symptom', async () => {
    const { send, sendBytes, types } = setUp();
    await send({
      id: 2,
      parent: 1,
      name: 'POST /charge',
      kind: kind.server,
      flags: 0x301,
      exceptions: [{ type: 'CardError' }],
    });
    await sendBytes(
      traceRequestBytes([{ id: 1, name: 'POST', kind: kind.client, failed: true }], {
        'service.name': 'front',
      }),
    );
    assert.deepEqual(types(), ['CardError in POST /charge', 'Error in POST']);
  });

  test('stores with an event where it happened', async () => {
    const { sendBytes, stored } = setUp();
    const resource = {
      'service.name': 'shop',
      'service.version': '1.2.3',
      'deployment.environment.name': 'staging',
    };
    const attributes = { 'http.route': '/order', 'http.request.header.authorization': 'Bearer secret' };
    await sendBytes(
      traceRequestBytes(
        [{ ...root, attributes, exceptions: [{ type: 'CardError', message: 'refused' }] }],
        resource,
      ),
    );
    assert.partialDeepStrictEqual(stored[0], {
      service: 'shop',
      version: '1.2.3',
      environment: 'staging',
      type: 'CardError',
      message: 'refused',
      severity: 'high',
      operation: 'POST /order',
      component: 'test-scope',
      attributes: { 'http.route': '/order' },
      traceId: '00000000000000000000000000000001',
      spanId: '0000000000000001',
    });
    assert.doesNotMatch(JSON.stringify(stored), /secret/);
  });

  test('names an exception’s operation by the local root, where that is known', async () => {
    const { send, stored } = setUp();
    await send({ id: 2, parent: 1, name: 'request handler', exceptions: [{ type: 'CardError' }] }, root);
    await send({ id: 2, parent: 1, trace: 2, name: 'request handler', exceptions: [{ type: 'CardError' }] });
    assert.deepEqual(
      stored.map(({ operation }) => operation),
      ['POST /order', 'request handler'],
    );
  });

  test('says of a failed call where it went', async () => {
    const { send, stored } = setUp();
    const attributes = {
      'server.address': 'payments',
      'server.port': 8080,
      'http.response.status_code': 503,
      'error.type': '503',
    };
    await send({ id: 1, name: 'POST', kind: kind.client, failed: true, attributes });
    assert.deepEqual([stored[0]?.type, stored[0]?.message], ['HTTP 503', 'POST payments:8080 answered 503']);
  });
});

suite('the pipeline, promising', () => {
  const failing: SpanSpec = { id: 1, name: 'a', exceptions: [{}] };

  test('counts nothing of a request whose events could not be stored', async () => {
    const { send, breakStore, value, ledger, told, stored } = setUp();
    breakStore(true);
    await assert.rejects(send(failing), { name: 'StoreUnavailable' });
    assert.deepEqual(ledger(), { received: 0, dropped: 0, unrouted: 0, rejected: 0 });
    assert.equal(told(), 0);
    breakStore(false);
    await send(failing);
    assert.equal(stored.length, 1);
    assert.equal(value(calls('a', 'INTERNAL')), 1);
    assert.equal(told(), 1);
  });

  test('stores the events of a request of nothing but failures in groups, and all of them', async () => {
    const { send, stored, groups } = setUp();
    await send(...Array.from({ length: 250 }, (_, i) => ({ ...failing, id: i + 1 })));
    assert.equal(stored.length, 250);
    assert.deepEqual(groups, [100, 100, 50]);
  });

  test('counts an error event that is sent again once', async () => {
    const { send, value, told } = setUp();
    await send(failing);
    await send(failing);
    assert.equal(
      value('tocsin_error_events_total{service_name="shop",severity="medium",class="unknown"}'),
      1,
    );
    assert.equal(told(), 1);
  });

  test('rejects a span whose ids are not ids alone', async () => {
    const { sendBytes, ledger } = setUp();
    const bytes = traceRequestBytes([
      { id: 0, name: 'bad' },
      { id: 1, name: 'good' },
    ]);
    assert.partialDeepStrictEqual(await sendBytes(bytes), { items: 2, rejected: 1 });
    assert.deepEqual(ledger(), { received: 2, dropped: 0, unrouted: 1, rejected: 1 });
  });

  test('takes nothing of a request that is broken', async () => {
    const { sendBytes, ledger } = setUp();
    const bytes = traceRequestBytes([failing, { id: 2 }]);
    await assert.rejects(sendBytes(bytes.subarray(0, -1)), { name: 'MalformedOtlp' });
    assert.equal(ledger()['received'], 0);
  });

  test('keeps requests apart that are under way at the same time', async () => {
    const { send, stored, ledger } = setUp();
    const requests = Array.from({ length: 20 }, (_, i) =>
      send(
        { id: 1, trace: i + 1, name: `op ${i}`, exceptions: [{ type: `E${i}` }] },
        { id: 2, trace: i + 1 },
      ),
    );
    await Promise.all(requests);
    assert.deepEqual(new Set(stored.map(({ type, operation }) => `${type}${operation}`)).size, 20);
    assert.ok(stored.every(({ type, operation }) => operation === `op ${type.slice(1)}`));
    assert.equal(ledger()['received'], 40);
  });

  test('finds one failure when the parent’s request comes while the child’s is being stored', async () => {
    const { send, types } = setUp();
    const child = send({ id: 2, parent: 1, name: 'charge', exceptions: [{ type: 'CardError' }] });
    const parent = send({ id: 1, name: 'POST /order', kind: kind.server, failed: true });
    await Promise.all([child, parent]);
    assert.deepEqual(types(), ['CardError in charge']);
  });

  const child: SpanSpec = { id: 2, parent: 1, name: 'charge', exceptions: [{ type: 'CardError' }] };
  const parent: SpanSpec = { id: 1, name: 'POST /order', kind: kind.server, failed: true };

  test('takes a parent for a failure of its own when the child’s could not be stored', async () => {
    const { send, types, breakStore } = setUp();
    breakStore(true);
    await assert.rejects(send(child), { name: 'StoreUnavailable' });
    breakStore(false);
    await send(parent);
    assert.deepEqual(types(), ['Error in POST /order']);
  });

  test('answers a parent only once it is known whether its child’s failure is stored', async () => {
    const { send, types, breakStore } = setUp();
    breakStore(true);
    const refused = assert.rejects(send(child), { name: 'StoreUnavailable' });
    breakStore(false);
    await Promise.all([refused, send(parent)]);
    assert.deepEqual(types(), ['Error in POST /order']);
  });

  test('does not pass a failure that could not be stored on through a parent that ended well', async () => {
    const { send, types, breakStore } = setUp();
    breakStore(true);
    const refused = assert.rejects(send({ ...child, parent: 3 }), { name: 'StoreUnavailable' });
    breakStore(false);
    await Promise.all([refused, send({ id: 3, parent: 1, name: 'handler' })]);
    await send(parent);
    assert.deepEqual(types(), ['Error in POST /order']);
  });

  test('keeps a parent awaited when one of its children was stored and another not', async () => {
    const { send, types, breakStore } = setUp();
    await send(child);
    breakStore(true);
    await assert.rejects(send({ ...child, id: 3 }), { name: 'StoreUnavailable' });
    breakStore(false);
    await send(parent);
    assert.deepEqual(types(), ['CardError in charge']);
  });

  test('counts each event of a request once that is refused in the middle and sent again', async () => {
    const { send, stored, breakStore, value, groups } = setUp();
    const spans = Array.from({ length: 150 }, (_, i) => ({ ...failing, id: i + 1 }));
    const first = send(...spans);
    queueMicrotask(() => breakStore(true));
    await first.catch(() => undefined);
    breakStore(false);
    await send(...spans);
    assert.equal(stored.length, 150);
    assert.ok(groups.length >= 3, groups.join());
    const counted = 'tocsin_error_events_total{service_name="shop",severity="medium",class="unknown"}';
    assert.equal(value(counted), 150);
  });

  test('tells one failure when the child’s request is refused after its own failure was stored', async () => {
    const { send, sendBytes, stored, breakStore } = setUp();
    const failures = Array.from({ length: 150 }, (_, i) => ({ ...child, id: 1_000 + i, parent: i + 1 }));
    const bytes = traceRequestBytes(failures);
    const refused = sendBytes(bytes);
    queueMicrotask(() => breakStore(true));
    await refused.catch(() => undefined);
    assert.equal(stored.length, 100);
    breakStore(false);
    await send({ ...parent, id: 5 });
    assert.equal(stored.length, 100, 'the parent of what was stored is a symptom');
    await sendBytes(bytes);
    assert.equal(stored.length, 150);
  });

  test('does not hold up a parent of which one child is stored, however many others follow', async () => {
    const { send, types } = setUp();
    await send(child);
    const others = Array.from({ length: 50 }, (_, i) => send({ ...child, id: 10 + i }));
    const answered = await Promise.race([
      send({ ...parent, failed: false }).then(() => 'parent'),
      Promise.all(others),
    ]);
    assert.equal(answered, 'parent');
    await Promise.all(others);
    assert.equal(types().length, 51);
  });

  test('knows symptoms by how much time went by, not by what the clock says', async () => {
    const { send, types, clock } = setUp();
    await send(child);
    clock.setWall(3_600_000);
    await send(parent);
    assert.deepEqual(types(), ['CardError in charge']);
  });

  test('does not take a span of another service for a symptom, though it has the id of a parent', async () => {
    const { send, sendBytes, stored } = setUp();
    await send({ ...child, kind: kind.internal });
    await sendBytes(traceRequestBytes([{ ...parent, kind: kind.client }], { 'service.name': 'front' }));
    await send(parent);
    assert.deepEqual(
      stored.map(({ service, type }) => `${service} ${type}`),
      ['shop CardError', 'front Error'],
    );
  });

  test('finds parents quickly however many are awaited', async () => {
    const { send } = setUp();
    await send(...Array.from({ length: 15_000 }, (_, i) => ({ ...child, id: 100_000 + i, parent: i + 1 })));
    const before = cpuMillis();
    for (let i = 0; i < 500; i++) await send({ id: 1, trace: 1_000 + i });
    assert.ok(cpuMillis() - before < 500);
  });

  test('takes many spans with one id in linear time', async () => {
    const { sendBytes } = setUp();
    const spans = Array.from({ length: 60_000 }, (): SpanSpec => ({ id: 7, parent: 7 }));
    const bytes = traceRequestBytes(spans);
    const before = cpuMillis();
    await sendBytes(bytes);
    assert.ok(cpuMillis() - before < 2_000);
  });

  test('knows what hangs together however many resources it has seen', async () => {
    const { sendBytes, types } = setUp();
    const named = (i: number) => ({
      attributes: [{ key: 'service.name', value: { stringValue: `s${i}` } }],
    });
    const many = Array.from({ length: 1_100 }, (_, i) => ({
      resource: named(i),
      scopeSpans: [{ spans: [span({ id: 1, trace: i + 10 })] }],
    }));
    await sendBytes(encodeTraceRequest({ resourceSpans: many }));
    const below = span({ id: 2, parent: 1, exceptions: [{ type: 'CardError' }] });
    const above = span({ id: 1, failed: true });
    const resourceSpans = [above, below].map((each) => ({
      resource: named(5_000),
      scopeSpans: [{ spans: [each] }],
    }));
    await sendBytes(encodeTraceRequest({ resourceSpans }));
    assert.deepEqual(types(), ['CardError in span 1']);
  });

  test('ends, whatever parents are awaited and come in a circle', async () => {
    const { send, sendBytes } = setUp();
    const awaited = Array.from(
      { length: 10_050 },
      (_, i): SpanSpec => ({ id: 100_000 + i, parent: i + 1, failed: true }),
    );
    await send(...awaited);
    // Neighbours in different resources: none is the local parent of another, and each names the next.
    const ring = Array.from({ length: 10_050 }, (_, i) =>
      span({ id: i + 1, parent: ((i + 1) % 10_050) + 1 }),
    );
    const resources = ['a', 'b'].map((name) => ({
      attributes: [{ key: 'service.name', value: { stringValue: name } }],
    }));
    const resourceSpans = ring.map((each, i) => ({
      resource: resources[i % 2]!,
      scopeSpans: [{ spans: [each] }],
    }));
    await sendBytes(encodeTraceRequest({ resourceSpans }));
  });

  test('takes a chain of spans as long as a request can hold, failed all the way, in linear time', async () => {
    const { send, stored } = setUp();
    const spans: SpanSpec[] = [];
    for (let id = 1; id <= 30_000; id++)
      spans.push({ id, ...(id > 1 ? { parent: id - 1 } : {}), failed: true });
    const before = cpuMillis();
    await send(...spans);
    assert.equal(stored.length, 1);
    assert.ok(cpuMillis() - before < 5_000);
  });
});
