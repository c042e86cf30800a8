import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test, type TestContext } from 'node:test';
import { compose } from '../../src/app/composition/compose.ts';
import { greet } from '../../src/app/start/greeting.ts';
import { type Configuration, configurationSchema } from '../../src/app/configuration/options.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { fates } from '../../src/telemetry/events.ts';
import { eventually } from '../support/eventually.ts';
import { OtlpBackEnd } from '../support/otlp-back-end.ts';
import { kind, type SpanSpec, span } from '../support/otlp-builders.ts';
import {
  decode,
  decodeTraceRequest,
  encodeTraceRequest,
  logsRequest,
  metricsRequest,
  type TraceRequest,
} from '../support/otlp-reference.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-forwarding-'));
after(() => rmSync(directory, { recursive: true }));
let stores = 0;

/** The real composition, with a back end that is told what to answer. */
async function start(
  t: TestContext,
  given: { forward?: object; intake?: string; journal?: string; spool?: string } = {},
) {
  const backEnd = new OtlpBackEnd();
  const endpoint = await backEnd.start();
  t.after(() => backEnd.stop());
  const free = '127.0.0.1:0';
  const configuration: Configuration = configurationSchema.parse({
    intake: { http: { listen: given.intake ?? free }, grpc: { listen: free } },
    metrics: { listen: free },
    admin: { listen: free },
    forward: given.forward ?? { endpoint },
  });
  const log = new RecordingLog();
  const clock = new TestClock();
  const tocsin = compose(configuration, {
    clock,
    log,
    store: new SqliteStore(join(directory, `${++stores}.db`)),
    receivers: [],
    tokens: [],
    journalDirectory: given.journal,
    spoolDirectory: given.spool,
    processMetrics: () => Promise.resolve(''),
    random: () => 0,
  });
  await tocsin.start();
  t.after(() => tocsin.stop());
  const { otlpHttp, metrics } = tocsin.addresses();
  const exposition = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text();
  return {
    backEnd,
    tocsin,
    log,
    clock,
    otlpHttp,
    exposition,
    send: async (body: Uint8Array): Promise<number> => {
      const headers = { 'content-type': 'application/x-protobuf' };
      const url = `http://127.0.0.1:${otlpHttp.port}/v1/traces`;
      return (await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })).status;
    },
    ledger: async (): Promise<Record<string, number>> => {
      const lines = (await exposition()).split('\n');
      const value = (series: string): number =>
        Number(lines.find((line) => line.startsWith(`${series} `))!.split(' ')[1]);
      const counts = fates.map((fate): [string, number] => [
        fate,
        value(`tocsin_ledger_total{signal="spans",fate="${fate}"}`),
      ]);
      const pending = value('tocsin_ledger_pending{signal="spans"}');
      return Object.fromEntries(
        [...counts, ['pending', pending] as const].filter(([, count]) => count !== 0),
      );
    },
  };
}

function assertCloses({ received = 0, ...others }: Record<string, number>): void {
  assert.equal(
    Object.values(others).reduce((sum, count) => sum + count, 0),
    received,
  );
}

const health: SpanSpec = {
  id: 1,
  trace: 1,
  name: 'GET /healthz',
  kind: kind.server,
  attributes: { 'url.path': '/healthz' },
};
const failedHealth: SpanSpec = { ...health, id: 2, trace: 2, failed: true };
const order: SpanSpec = {
  id: 3,
  trace: 3,
  name: 'POST /order',
  kind: kind.server,
  traceState: 'ot=th:8;rv:ecfd3d5e3a2a50,vendor=1',
  attributes: { 'url.path': '/order', attempts: 2, ratio: 0.5 },
};
const query: SpanSpec = { id: 4, trace: 3, parent: 3, name: 'SELECT', exceptions: [{ message: 'slow' }] };
const insideHealth: SpanSpec = { id: 5, trace: 1, parent: 1, name: 'ping' };

/** Two resources and three scopes; what is noise stands between what is kept. */
function requestOf(keeps: (spec: SpanSpec) => boolean, extra: object[] = []): TraceRequest {
  const spans = (...specs: SpanSpec[]) => specs.filter(keeps).map(span);
  const resource = (name: string) => ({
    attributes: [{ key: 'service.name', value: { stringValue: name } }],
  });
  return {
    resourceSpans: [
      {
        resource: resource('shop'),
        scopeSpans: [
          { scope: { name: 'http', version: '1' }, spans: spans(health, order), schemaUrl: 'https://a' },
          { scope: { name: 'db' }, spans: [...spans(insideHealth, query), ...extra] },
        ],
        schemaUrl: 'https://b',
      },
      { resource: resource('probe'), scopeSpans: [{ spans: spans(failedHealth) }] },
    ],
  };
}

/** The same for every reader, and no duplicate: with a field that nobody knows. */
function unlike(body: Uint8Array, number: number): Buffer {
  return Buffer.concat([body, Buffer.of(0xf8, 0x3e, number)]);
}

suite('what is kept', () => {
  test('arrives at the back end exactly as it was sent, and what is noise does not; the ledger closes', async (t) => {
    const { backEnd, send, ledger } = await start(t);
    const noIds = { ...span({ id: 9 }), traceId: Buffer.alloc(16) };
    assert.equal(await send(encodeTraceRequest(requestOf(() => true, [noIds]))), 200);
    await eventually('the request to be forwarded', async () => (await ledger())['pending'] === undefined);
    const expected = requestOf((spec) => spec !== health && spec !== insideHealth);
    assert.deepEqual(
      decodeTraceRequest(backEnd.received[0]!.body),
      decodeTraceRequest(encodeTraceRequest(expected)),
    );
    assert.equal(backEnd.received.length, 1);
    assert.deepEqual(await ledger(), { received: 6, dropped: 2, rejected: 1, forwarded: 3 });
  });

  test('is counted at every moment, however the back end answers', async (t) => {
    const { backEnd, send, ledger, clock, exposition } = await start(t);
    const body = encodeTraceRequest(requestOf(() => true));
    backEnd.replies.push({ status: 503 }, { status: 400 }, { instead: 'reset' });
    backEnd.replies.push({ body: Buffer.of(0x0a, 0x02, 0x08, 0x02) });
    for (let i = 0; i < 4; i++) {
      assert.equal(await send(unlike(body, i)), 200);
      assertCloses(await ledger());
    }
    await eventually('all to be settled', async () => {
      const now = await ledger();
      assertCloses(now);
      clock.advance(1_000);
      return now['pending'] === undefined;
    });
    const { received, dropped, forwarded = 0, lost = 0 } = await ledger();
    assert.deepEqual([received, dropped, forwarded + lost], [20, 8, 12]);
    // One request refused whole, and two items of another.
    assert.ok(lost >= 5, String(lost));
    assert.match(
      await exposition(),
      /tocsin_forward_requests_total\{destination="default",signal="traces",code="503"} 1/,
    );
    assert.match(await exposition(), /tocsin_forward_queue_bytes\{destination="default"} 0/);
  });

  test('and not sent before the end is sent after the next start; the ledger of each process closes', async (t) => {
    const journal = join(directory, 'journal');
    const first = await start(t, { journal });
    first.backEnd.otherwise = { instead: 'hang' };
    for (let i = 0; i < 6; i++) await first.send(unlike(encodeTraceRequest(requestOf(() => true)), i));
    assertCloses(await first.ledger());
    const stopped = first.tocsin.stop().then(() => true);
    await eventually('the end', () => {
      first.clock.advance(500);
      return Promise.race([stopped, new Promise<false>((resolve) => setImmediate(() => resolve(false)))]);
    });
    const second = await start(t, { journal });
    await eventually('all to be forwarded', async () => (await second.ledger())['forwarded'] === 18);
    assert.deepEqual(await second.ledger(), { received: 30, dropped: 12, forwarded: 18 });
    await second.tocsin.stop();
    const third = await start(t, { journal });
    assert.deepEqual(await third.ledger(), {});
    await third.tocsin.stop();
  });

  test('waits on disk in an outage and not in the journal, until the next process has it', async (t) => {
    const [journal, spool] = [join(directory, 'journal of an outage'), join(directory, 'spool of an outage')];
    const first = await start(t, { journal, spool });
    first.backEnd.otherwise = { status: 503 };
    await first.send(encodeTraceRequest(requestOf(() => true)));
    await eventually('it to be on disk', () => files(spool).length === 1);
    assert.deepEqual(await first.ledger(), { received: 5, dropped: 2, pending: 3 });
    const { components } = (await (
      await fetch(`http://127.0.0.1:${first.tocsin.addresses().metrics.port}/health`)
    ).json()) as { components: { forward: object } };
    assert.deepEqual(components.forward, {
      status: 'degraded',
      detail: 'traces: HTTP 503',
    });
    await first.tocsin.stop();
    assert.deepEqual(files(journal), []);
    const second = await start(t, { journal, spool });
    await eventually('it to be forwarded', async () => (await second.ledger())['forwarded'] === 3);
    assert.deepEqual(await second.ledger(), { received: 3, forwarded: 3 });
    assert.equal(second.backEnd.received.length, 1);
    await eventually('the file to go', () => files(spool).length === 0);
  });

  const inJson: [signal: string, type: typeof logsRequest, json: object, decoded: object][] = [
    [
      'logs',
      logsRequest,
      {
        resourceLogs: [
          {
            scopeLogs: [
              {
                logRecords: [
                  {
                    timeUnixNano: '1790000000000000001',
                    severityNumber: 9,
                    body: { stringValue: 'ça va' },
                    traceId: '5B8EFFF798038103D269B633813FC60C',
                  },
                ],
              },
            ],
          },
        ],
      },
      {
        timeUnixNano: '1790000000000000001',
        severityNumber: 9,
        body: { stringValue: 'ça va' },
        traceId: Buffer.from('5b8efff798038103d269b633813fc60c', 'hex'),
      },
    ],
    [
      'metrics',
      metricsRequest,
      {
        resourceMetrics: [
          {
            scopeMetrics: [
              {
                metrics: [
                  {
                    name: 'jobs',
                    sum: { isMonotonic: true, dataPoints: [{ asInt: '9007199254740993', flags: 1 }] },
                  },
                ],
              },
            ],
          },
        ],
      },
      { name: 'jobs', sum: { isMonotonic: true, dataPoints: [{ asInt: '9007199254740993', flags: 1 }] } },
    ],
  ];
  for (const [signal, type, json, decoded] of inJson) {
    test(`goes on in protobuf when it came in JSON: ${signal}`, async (t) => {
      const { backEnd, otlpHttp } = await start(t);
      const response = await fetch(`http://127.0.0.1:${otlpHttp.port}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(json),
      });
      assert.equal(response.status, 200);
      await eventually('it to arrive', () => backEnd.received.length === 1);
      const [{ path, headers, body }] = backEnd.received as [(typeof backEnd.received)[0]];
      assert.deepEqual([path, headers['content-type']], [`/v1/${signal}`, 'application/x-protobuf']);
      const [resource] = Object.values(decode(type, body))[0] as Record<string, unknown>[];
      const [scope] = (resource!['scopeLogs'] ?? resource!['scopeMetrics']) as Record<string, unknown[]>[];
      assert.deepEqual(scope!['logRecords'] ?? scope!['metrics'], [decoded]);
    });
  }

  test('does not hold the app up when the back end hangs', async (t) => {
    const { backEnd, send, ledger, tocsin, clock } = await start(t);
    backEnd.otherwise = { instead: 'hang' };
    const body = encodeTraceRequest(requestOf(() => true));
    for (let i = 0; i < 20; i++) assert.equal(await send(unlike(body, i)), 200);
    assert.deepEqual(await ledger(), { received: 100, dropped: 40, pending: 60 });
    const stopped = tocsin.stop();
    const isOver = stopped.then(() => true);
    await eventually('the end', () => {
      clock.advance(500);
      return Promise.race([isOver, new Promise<false>((resolve) => setImmediate(() => resolve(false)))]);
    });
  });

  test('is unrouted where no back end is named', async (t) => {
    const { send, ledger, tocsin } = await start(t, { forward: {} });
    await send(encodeTraceRequest(requestOf(() => true)));
    assert.deepEqual(await ledger(), { received: 5, dropped: 2, unrouted: 3 });
    assert.deepEqual(tocsin.forwarding(), { targets: [], toOurselves: [] });
  });
});

suite('an endpoint that is Tocsin itself', () => {
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0']) {
    test(`is told of loudly and not used: ${host}`, async (t) => {
      const port = await freePort();
      const forward = { endpoint: `http://${host}:${port}` };
      const { send, ledger, log, tocsin } = await start(t, { forward, intake: `127.0.0.1:${port}` });
      assert.equal(log.errors.length, 3);
      assert.match(
        log.errors[0]!,
        /traces ARE NOT FORWARDED: the endpoint is Tocsin’s own OTLP\/HTTP listener/,
      );
      await send(encodeTraceRequest(requestOf(() => true)));
      assert.deepEqual(await ledger(), { received: 5, dropped: 2, unrouted: 3 });
      assert.deepEqual(tocsin.forwarding().targets, []);
      assert.deepEqual(tocsin.forwarding().toOurselves, ['traces', 'logs', 'metrics']);
    });
  }

  test('does not keep another signal from being forwarded', async (t) => {
    const port = await freePort();
    const backEnd = new OtlpBackEnd();
    const elsewhere = await backEnd.start();
    t.after(() => backEnd.stop());
    const forward = { endpoint: `http://localhost:${port}`, endpoints: { traces: `${elsewhere}/x` } };
    const { send, log } = await start(t, { forward, intake: `127.0.0.1:${port}` });
    await send(encodeTraceRequest(requestOf(() => true)));
    await eventually('the spans', () => backEnd.received[0]?.path === '/x');
    assert.equal(log.errors.length, 2);
  });
});

suite('an endpoint that leads back to Tocsin by a way that nobody can know', () => {
  test('makes no loop: what comes back is refused, and told of', async (t) => {
    const port = await freePort();
    const balancer = createTcpServer((socket) => {
      const onward = connect(port, '127.0.0.1');
      for (const one of [socket, onward]) one.on('error', () => undefined);
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => balancer.listen(0, '127.0.0.1', resolve));
    t.after(() => balancer.close());
    const forward = { endpoint: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}` };
    const { send, ledger, log } = await start(t, { forward, intake: `127.0.0.1:${port}` });
    await send(encodeTraceRequest(requestOf(() => true)));
    await eventually('the refusal', async () => (await ledger())['pending'] === undefined);
    assert.deepEqual(await ledger(), { received: 5, dropped: 2, lost: 3 });
    assert.match(log.errors[0]!, /HTTP 508 \(the endpoint leads back to Tocsin itself/);
  });

  test('does not refuse what another Tocsin forwards', async (t) => {
    const { otlpHttp, backEnd, send } = await start(t);
    const sidecar = await start(t, { forward: { endpoint: `http://127.0.0.1:${otlpHttp.port}` } });
    await sidecar.send(encodeTraceRequest(requestOf((spec) => spec === order)));
    await eventually('the spans', () => backEnd.received.length === 1);
    assert.equal(await send(new Uint8Array(0)), 200);
  });
});

suite('the greeting', () => {
  const address = { host: '127.0.0.1', port: 1 };
  const facts = {
    version: '1',
    addresses: { otlpHttp: address, metrics: address, admin: address },
    access: { inShell: '$TOKEN', made: undefined },
    receivers: ['slack'],
  };
  const traces = { signal: 'traces', url: 'http://a/v1/traces' } as const;
  const table: [what: string, forwarding: Parameters<typeof greet>[1]['forwarding'], lines: RegExp[]][] = [
    [
      'where it is sent',
      { targets: [traces], toOurselves: [] },
      [/forwarded: traces to http:\/\/a\/v1\/traces$/],
    ],
    ['that it is sent nowhere', { targets: [], toOurselves: [] }, [/^not configured: .*forward\.endpoint/]],
    ['that it would come back', { targets: [], toOurselves: ['logs'] }, [/^NOT FORWARDED.* logs$/]],
    ['both', { targets: [traces], toOurselves: ['logs'] }, [/to http:\/\/a/, /^NOT FORWARDED.* logs$/]],
  ];
  for (const [what, forwarding, lines] of table) {
    test(`says of what is kept ${what}`, () => {
      const log = new RecordingLog();
      greet(log, { ...facts, forwarding });
      const told = [...log.infos, ...log.warnings].filter((line) => /forward/i.test(line));
      assert.equal(told.length, lines.length, told.join('\n'));
      for (const [i, line] of lines.entries()) assert.match(told[i]!, line);
    });
  }
});

function files(of: string): string[] {
  if (!existsSync(of)) return [];
  return readdirSync(of, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(spool|journal)$/.test(name),
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
