import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, suite, test } from 'node:test';
import { publicApp } from '../../src/admin/public-app.ts';
import { CallMetrics } from '../../src/derive/calls.ts';
import { exposition } from '../../src/metrics/exposition.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { SpanView } from '../../src/otlp/span-view.ts';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { TocsinProcess } from '../e2e/support/tocsin.ts';
import { eventually } from '../support/eventually.ts';
import { judgeOpenMetrics } from '../support/openmetrics-judge.ts';
import { type SpanSpec, traceRequestBytes } from '../support/otlp-builders.ts';
import { Prometheus } from './support/prometheus.ts';

const service = 'shop "of" \\ Ünïcode';
const calls = 7;

/** The bundle, as users have it. */
const tocsin = new TocsinProcess({});

/** The metrics alone, with exemplars, and series that expire while one waits. */
const registry = new MetricRegistry(systemClock);
const budget = new SeriesBudget(1000, { expireAfterMillis: 2_000 });
const derived = new CallMetrics(registry, budget, { unit: 's', bounds: [1, 2.5], exemplars: true });
const server = new HttpServer(
  'metrics',
  { host: '127.0.0.1', port: 0 },
  publicApp({
    metrics: (format) => exposition(registry, '', format),
    health: () => Promise.reject(new Error('nobody asks')),
    ready: () => true,
    onUnexpected: assert.ifError,
  }),
);

function count(...spans: SpanSpec[]): void {
  const view = new SpanView();
  const batch = new TraceScanner().scan(traceRequestBytes(spans));
  view.open(batch);
  derived.begin(systemClock.now());
  for (let i = 0; i < batch.spans.length; i++) derived.count(view.moveTo(i), 0, 'shop', true);
}

const gone: SpanSpec = { id: 1, trace: 5, name: 'gone' };
const kept: SpanSpec = { id: 2, trace: 6, name: 'kept', durationMillis: 2_000 };

const send = (...spans: SpanSpec[]): Promise<void> => sendAs(service, spans);

async function sendAs(name: string, spans: readonly SpanSpec[]): Promise<void> {
  const body = new Uint8Array(traceRequestBytes(spans, { 'service.name': name }));
  const headers = { 'content-type': 'application/x-protobuf' };
  const response = await fetch(`${tocsin.at.otlp}/v1/traces`, { method: 'POST', headers, body });
  assert.equal(response.status, 200);
}

/** A call that is tried again and is well, and a breaker that the app reports. */
async function callOthers(): Promise<void> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const call = (id: number, agoMillis: number, status: number): SpanSpec => ({
    id,
    trace: 100,
    parent: 1,
    name: 'GET',
    kind: 3,
    startTimeUnixNano: String(now - BigInt(agoMillis + 5) * 1_000_000n),
    endTimeUnixNano: String(now - BigInt(agoMillis) * 1_000_000n),
    attributes: {
      'http.request.method': 'GET',
      'url.full': 'http://payments/charge',
      'server.address': 'payments',
      'http.response.status_code': status,
      ...(status === 200 ? { 'circuit_breaker.name': 'payments', 'circuit_breaker.outcome': 'success' } : {}),
    },
  });
  await sendAs('caller', [call(2, 300, 503), call(3, 200, 503), call(4, 100, 200)]);
  const told: SpanSpec = {
    id: 1,
    trace: 101,
    name: 'POST /pay',
    kind: 2,
    attributes: { 'http.request.resend_count': 1 },
    events: [
      {
        name: 'circuit_breaker.state_change',
        timeMillis: Number(now / 1_000_000n),
        attributes: {
          'circuit_breaker.name': 'payments',
          'circuit_breaker.state': 'open',
          'circuit_breaker.previous_state': 'closed',
        },
      },
    ],
  };
  await sendAs('caller', [told]);
}

/** Of what is derived from calls, and of what apps report: all that there is. */
const ofCalls = [
  'tocsin_client_attempts_total',
  'tocsin_inferred_retries_total',
  'tocsin_inferred_retry_chains_total',
  'tocsin_inferred_retry_delay_seconds_count',
  'tocsin_retry_amplification_ratio',
  'tocsin_retry_storm',
  'tocsin_reported_retries_total',
  'tocsin_shadow_breaker_state',
  'tocsin_shadow_breaker_transitions_total',
  'tocsin_shadow_breaker_state_seconds_total',
  'tocsin_shadow_breaker_open_calls_total',
  'tocsin_shadow_breaker_suspected_real_open',
  'tocsin_breaker_state',
  'tocsin_breaker_transitions_total',
  'tocsin_breaker_calls_total',
  'tocsin_breaker_state_seconds_total',
];

/** What promtool finds wrong, but for the unit that dashboards know. */
function lintsOf(metrics: string): string[] {
  const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: metrics,
    encoding: 'utf8',
  });
  assert.equal(error, undefined);
  const known = /^traces_span_metrics_duration_milliseconds .*(use base unit|base unit "seconds")/;
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !known.test(line));
}

suite('Prometheus', () => {
  let prometheus: Prometheus;

  before(async () => {
    await Promise.all([tocsin.start(), server.start()]);
    for (let trace = 1; trace <= calls; trace++) {
      await send(
        { id: 1, trace, name: 'GET /a\nb', kind: 2, failed: trace === 1 },
        { id: 2, trace, parent: 1, name: 'q "x"', kind: 3 },
      );
    }
    prometheus = await Prometheus.start({
      tocsin: new URL(tocsin.at.metrics).host,
      derived: `127.0.0.1:${server.address.port}`,
    });
  });
  after(async () => {
    await prometheus?.stop();
    await Promise.all([tocsin.stop(), server.stop()]);
  });

  test('has promtool, which finds nothing wrong but the unit that dashboards know', async () => {
    assert.deepEqual(lintsOf(await tocsin.metrics()), []);
  });

  test('marks a series that expired as stale, and goes on with those that did not', async () => {
    const names = async (): Promise<readonly string[]> =>
      (await prometheus.query('traces_span_metrics_calls_total{job="derived"}'))
        .map(({ metric }) => metric['span_name']!)
        .sort();
    await eventually(
      'both to be there',
      async () => {
        count(gone, kept);
        return (await names()).join() === 'gone,kept';
      },
      30_000,
    );
    // Without a marker it would be there for five minutes more.
    await eventually(
      'one to be gone',
      async () => {
        count(kept);
        return (await names()).join() === 'kept';
      },
      15_000,
    );
  });

  test('scrapes OpenMetrics without an error, and reads types and units in it', async () => {
    await eventually('both to be scraped', async () => {
      return Object.keys(await prometheus.scrapeErrors()).length === 2;
    });
    assert.deepEqual(await prometheus.scrapeErrors(), { tocsin: '', derived: '' });
    const family = 'traces_span_metrics_duration_milliseconds';
    const found = await eventually('the metadata', () => prometheus.metadata(family), 10_000);
    assert.partialDeepStrictEqual(found, { type: 'histogram', unit: 'milliseconds' });
    assert.equal((await prometheus.metadata('tocsin_build'))?.type, 'info');
    assert.equal((await prometheus.metadata('target'))?.type, 'info');
    const accept = 'application/openmetrics-text;version=1.0.0';
    const response = await fetch(`${tocsin.at.metrics}/metrics`, { headers: { accept } });
    assert.ok(judgeOpenMetrics(await response.text()).has('process_cpu_user_seconds'));
  });

  test('answers queries about them', async () => {
    const first = async (query: string) =>
      eventually('an answer', async () => (await prometheus.query(query))[0], 10_000);
    const ofServers = await first(
      'sum by (service_name, span_kind) (traces_span_metrics_calls_total{span_kind="SPAN_KIND_SERVER"})',
    );
    assert.deepEqual(ofServers.metric, { service_name: service, span_kind: 'SPAN_KIND_SERVER' });
    assert.equal(ofServers.value[1], String(calls));
    const errors = await first('sum(traces_span_metrics_calls_total{status_code="STATUS_CODE_ERROR"})');
    assert.equal(errors.value[1], '1');
    const quantile = await first(
      'histogram_quantile(0.5, sum by (le) (traces_span_metrics_duration_milliseconds_bucket))',
    );
    assert.ok(Number(quantile.value[1]) > 2 && Number(quantile.value[1]) <= 4);
  });

  test('keeps the exemplars', async () => {
    const query = 'traces_span_metrics_duration_seconds_bucket{span_name="kept"}';
    const [exemplar] = await eventually(
      'an exemplar',
      async () => {
        const found = await prometheus.exemplars(query);
        return found.length > 0 ? found : undefined;
      },
      10_000,
    );
    assert.deepEqual(exemplar!.labels, {
      trace_id: '6'.padStart(32, '0'),
      span_id: '2'.padStart(16, '0'),
    });
    assert.equal(Number(exemplar!.value), 2);
    assert.ok(Math.abs(exemplar!.timestamp * 1000 - systemClock.now()) < 60_000);
  });

  test('is shown every metric of calls, retries and breakers once there was one', async () => {
    await callOthers();
    for (const name of ofCalls)
      await eventually(name, async () => new RegExp(`^${name}\\{`, 'm').test(await tocsin.metrics()));
    const text = await tocsin.metrics();
    assert.match(
      text,
      /^tocsin_inferred_retries_total\{service_name="caller",dependency="payments".*"high"\} 2$/m,
    );
    assert.deepEqual(lintsOf(text), []);
  });
});
