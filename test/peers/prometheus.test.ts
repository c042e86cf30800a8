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

async function send(...spans: SpanSpec[]): Promise<void> {
  const body = new Uint8Array(traceRequestBytes(spans, { 'service.name': service }));
  const headers = { 'content-type': 'application/x-protobuf' };
  const response = await fetch(`${tocsin.at.otlp}/v1/traces`, { method: 'POST', headers, body });
  assert.equal(response.status, 200);
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
    const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
      input: await tocsin.metrics(),
      encoding: 'utf8',
    });
    assert.equal(error, undefined);
    const lints = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    assert.deepEqual(
      lints.filter(
        (line) =>
          !/^traces_span_metrics_duration_milliseconds .*(use base unit|base unit "seconds")/.test(line),
      ),
      [],
    );
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
});
