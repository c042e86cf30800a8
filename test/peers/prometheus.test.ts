import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { TocsinProcess } from '../e2e/support/tocsin.ts';
import { eventually } from '../support/eventually.ts';
import { type SpanSpec, traceRequestBytes } from '../support/otlp-builders.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-peers-'));
const tocsin = new TocsinProcess({});
after(async () => {
  await tocsin.stop();
  rmSync(directory, { recursive: true });
});

const calls = 7;

async function send(...spans: SpanSpec[]): Promise<void> {
  const body = new Uint8Array(traceRequestBytes(spans, { 'service.name': 'shop "of" \\ Ünïcode' }));
  const headers = { 'content-type': 'application/x-protobuf' };
  const response = await fetch(`${tocsin.at.otlp}/v1/traces`, { method: 'POST', headers, body });
  assert.equal(response.status, 200);
}

before(async () => {
  await tocsin.start();
  for (let trace = 1; trace <= calls; trace++) {
    await send(
      { id: 1, trace, name: 'GET /a\nb', kind: 2, failed: trace === 1 },
      { id: 2, trace, parent: 1, name: 'q "x"', kind: 3 },
    );
  }
});

suite('Prometheus', () => {
  test('promtool finds nothing wrong with the metrics but the unit that dashboards know', async () => {
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

  test('a real Prometheus scrapes them and answers a query', async () => {
    const port = await freePort();
    const config = join(directory, 'prometheus.yml');
    const target = new URL(tocsin.at.metrics).host;
    writeFileSync(
      config,
      JSON.stringify({
        scrape_configs: [
          { job_name: 'tocsin', scrape_interval: '1s', static_configs: [{ targets: [target] }] },
        ],
      }),
    );
    const address = `127.0.0.1:${port}`;
    const options = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'tsdb')}`,
      `--web.listen-address=${address}`,
    ];
    const prometheus = spawn('prometheus', options, { stdio: 'ignore' });
    const ended = new Promise((resolve) => prometheus.once('exit', resolve));
    try {
      const query =
        'sum by (service_name, span_kind) (traces_span_metrics_calls_total{span_kind="SPAN_KIND_SERVER"})';
      const result = await eventually('an answer to the query', () => answer(address, query), 30_000);
      assert.deepEqual(result.metric, {
        service_name: 'shop "of" \\ Ünïcode',
        span_kind: 'SPAN_KIND_SERVER',
      });
      assert.equal(result.value[1], String(calls));
      const errors = await answer(
        address,
        'sum(traces_span_metrics_calls_total{status_code="STATUS_CODE_ERROR"})',
      );
      assert.equal(errors?.value[1], '1');
      const quantile = await answer(
        address,
        'histogram_quantile(0.5, sum by (le) (traces_span_metrics_duration_milliseconds_bucket))',
      );
      assert.ok(Number(quantile?.value[1]) > 2 && Number(quantile?.value[1]) <= 4);
    } finally {
      prometheus.kill('SIGTERM');
      await ended;
    }
  });
});

interface Sample {
  metric: Record<string, string>;
  value: [time: number, value: string];
}

async function answer(address: string, query: string): Promise<Sample | undefined> {
  try {
    const response = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await response.json()) as { data?: { result: Sample[] } };
    return data?.result[0];
  } catch {
    // It is still starting.
    return undefined;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
