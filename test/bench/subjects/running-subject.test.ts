import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { freePorts } from '../../../bench/machine/free-port.ts';
import { RunningSubject } from '../../../bench/subjects/running-subject.ts';
import { OtelcolSubject } from '../../../bench/subjects/otelcol.ts';
import { forwardEnvironment } from '../../../bench/subjects/subject.ts';
import { TocsinSubject } from '../../../bench/subjects/tocsin.ts';
import { eventually } from '../../support/eventually.ts';

/** A server that is ready at the third question. */
const server = `
  let asked = 0;
  require('node:http')
    .createServer((request, response) => {
      response.writeHead(++asked < 3 ? 503 : 200);
      if (request.url === '/metrics') response.end('traces_span_metrics_calls_total{span_name="a"} 7\\n');
      else if (request.url === '/own') response.end('dropped_total{rule="a"} 1\\ndropped_total{rule="b"} 2\\n');
      else response.end();
    })
    .listen(Number(process.argv[1]), '127.0.0.1');
`;

async function start(program: string, processor?: string): Promise<RunningSubject> {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const launch = {
    args: ['-e', program, String(port)],
    environment: {},
    otlpUrl: url,
    readyUrl: `${url}/readyz`,
    metricsUrl: `${url}/metrics`,
    dropped: { url: `${url}/own`, counter: 'dropped_total' },
  };
  return RunningSubject.start(process.execPath, launch, processor);
}

suite('a subject', { skip: process.platform !== 'linux' }, () => {
  test('is ready when it says so, and can be measured', async () => {
    const subject = await start(server);
    try {
      assert.ok(subject.readyMillis > 0);
      assert.ok(subject.processorNanos > 1e6);
      assert.ok(subject.memory.rss > 10e6);
    } finally {
      await subject.stop();
      await subject.stop();
    }
  });

  test('says what it has counted, and what it dropped by any rule', async () => {
    const subject = await start(server);
    try {
      const { calls, dropped } = await subject.counted();
      assert.deepEqual(
        [...calls.values()].map((call) => call.calls),
        [7],
      );
      assert.equal(dropped, 3);
    } finally {
      await subject.stop();
    }
  });

  test('has one processor for all of its threads', async () => {
    const allowed = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]!;
    const subject = await start(
      `${server}; if (require('node:os').availableParallelism() !== 1) process.exit(1)`,
      allowed,
    );
    await subject.stop();
  });

  test('that does not start says why', async () => {
    await assert.rejects(
      start('throw new Error("no data directory")'),
      /did not become ready: [^]*no data directory/,
    );
  });

  test('that ends while it is measured is not taken for one that is idle', async () => {
    const subject = await start(
      `${server}; setTimeout(() => { process.stderr.write('out of memory\\n'); process.exit(1) }, 300);`,
    );
    await eventually('its end', () => {
      try {
        return subject.processorNanos < 0;
      } catch (error) {
        return /it ended by itself: out of memory/.test((error as Error).message);
      }
    });
  });
});

test('without a Collector it is said how to make one', () => {
  const collector = { kind: 'missing', why: 'it is not built: npm run bench:otelcol:build' } as const;
  assert.throws(() => new OtelcolSubject(collector), /npm run bench:otelcol:build/);
});

test('without a bundle it is said how to make one', () => {
  assert.throws(() => new TocsinSubject('dist/nowhere.js'), /npm run build/);
});

for (const [forward, environment] of [
  [undefined, {}],
  [
    { endpoint: 'http://a', gzip: true },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' },
  ],
  [
    { endpoint: 'http://a', gzip: false },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_EXPORTER_OTLP_COMPRESSION: 'none' },
  ],
] as const) {
  test(`Tocsin and the reference are told where to forward to: ${JSON.stringify(forward)}`, () => {
    assert.deepEqual(forwardEnvironment(forward), environment);
  });
}
