import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { compose } from '../../src/app/composition/compose.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { Secret } from '../../src/config/secret.ts';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { suffixes } from '../../src/store/sqlite/set-aside.ts';
import { temporaryDirectory } from '../config/support.ts';
import { type LogSpec, logsRequestBytes } from '../support/log-builders.ts';
import { kind, type SpanSpec, traceRequestBytes } from '../support/otlp-builders.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RecordingReceiver } from '../support/recording-receiver.ts';
import { thoroughness } from '../support/runs.ts';
import { TestClock } from '../support/test-clock.ts';

/** Of a form that is known by its beginning, and of one that is known by what stands behind. Joined here, as no scanner is to take them for real. */
const hidden = 'Zq7WkV3xJp9TgB5mYc1RdN8sHf4LuE6oAiQw';
const secrets = [['gh', 'p_', hidden].join(''), `https://shop:${hidden}@db.example`];
const longest = Math.max(...secrets.map(({ length }) => length));
/** Parts of it that would be telling. */
const parts = Array.from({ length: hidden.length - 5 }, (_, at) => hidden.slice(at, at + 6));

/** Where texts of an app come in, and the lengths, in UTF-16 units, at which something may be cut there. */
interface Place {
  name: string;
  bounds: readonly number[];
  spans?: ((text: string, number: number) => SpanSpec[]) | undefined;
  logs?: (text: string, number: number) => LogSpec[];
  /** The attribute of the resource that it stands in, of spans and of log records. */
  resource?: string;
  /** Events that a text makes at least; it need not fail. */
  events?: number;
}

const names = [128, 200, 240, 256, 1152, 1224, 1280, 1536];
const root: SpanSpec = { id: 1, name: 'POST /order', kind: kind.server };
const call: SpanSpec = { id: 3, parent: 1, name: 'charge', kind: kind.client };
const withStatus = (message: string): SpanSpec => Object.assign({}, call, { status: { code: 2, message } });
/** A failure that is like no other, so that all of it is kept. */
const failing = (number: number, given: Partial<SpanSpec> = {}): SpanSpec => {
  const type = `E${number.toString(2).replaceAll('0', 'a').replaceAll('1', 'b')}`;
  return { ...call, failed: true, exceptions: [{ type }], ...given };
};
const attribute =
  (key: string): Place['spans'] =>
  (text, number) => [root, failing(number, { attributes: { [key]: text } })];
const exception =
  (field: 'type' | 'message' | 'stack'): Place['spans'] =>
  (text) => [root, { ...call, failed: true, exceptions: [{ [field]: text }] }];

/** Where a name is cut, and where it is read no further. */
const labels = [256, 1280];
const ofResource = (resource: string): Place => ({
  name: `${resource} of a resource`,
  resource,
  bounds: labels,
  spans: (_, number) => [root, failing(number)],
  logs: (_, number) => [{ severity: 17, exception: { type: failing(number).exceptions![0]!.type! } }],
});
/** The run itself fails, and another ends well. */
const run =
  (key: string): Place['spans'] =>
  (text) => [
    { ...root, kind: kind.internal, failed: true, attributes: { [key]: text } },
    { id: 2, attributes: { [key]: text } },
  ];
const scheduled = (number: number) => ({ 'job.name': failing(number).exceptions![0]!.type! });

const messages = [200, 240, 1000, 4096, 5120, 5461, 16_384];
const stacks = [16_384, 32_768, 33_792, 101_376];
const values = [512, 1536, 4608];
const places: readonly Place[] = [
  {
    name: 'the name of the failed span',
    bounds: names,
    spans: (name) => [root, { ...call, failed: true, name }],
  },
  { name: 'the name of the root', bounds: names, spans: (name, n) => [{ ...root, name }, failing(n)] },
  {
    name: 'the name of a span before',
    bounds: names,
    spans: (name, n) => [root, { ...call, id: 2, name }, failing(n)],
  },
  { name: 'a status', bounds: [...names, ...messages], spans: (text) => [root, withStatus(text)] },
  { name: 'the type of an exception', bounds: names, spans: exception('type') },
  { name: 'the message of an exception', bounds: messages, spans: exception('message') },
  {
    name: 'a stack',
    bounds: stacks,
    spans: exception('stack'),
  },
  {
    name: 'the message of a cause in a stack',
    bounds: stacks.map((bound) => bound - 12),
    spans: (text) => [
      root,
      {
        ...call,
        failed: true,
        exceptions: [{ type: 'E', message: 'm', stack: `E: m\n\tat a.B.c(B.java:1)\nCaused by: X: ${text}` }],
      },
    ],
  },
  { name: 'an attribute', bounds: values, spans: attribute('order.note') },
  { name: 'the component', bounds: values, spans: attribute('tocsin.component') },
  { name: 'whom a call went to', bounds: names, spans: attribute('peer.service') },
  { name: 'a namespace', bounds: names, spans: attribute('db.namespace') },
  {
    name: 'the type of an error',
    bounds: names,
    spans: (text) => [root, { ...withStatus(''), attributes: { 'error.type': text } }],
  },
  {
    name: 'the key of an attribute',
    bounds: labels,
    spans: (key, n) => [root, failing(n, { attributes: { [key]: 1 } })],
  },
  ...[
    'service.name',
    'service.version',
    'service.instance.id',
    'service.namespace',
    'deployment.environment.name',
    'k8s.pod.name',
  ].map(ofResource),
  { name: 'the name of a job', bounds: labels, spans: run('job.name') },
  { name: 'the name of a task', bounds: labels, spans: run('task.name') },
  {
    name: 'when a job is to run',
    bounds: labels,
    spans: (text, number) => [
      { ...root, failed: true, attributes: { ...scheduled(number), 'job.schedule': text } },
    ],
  },
  { name: 'what a label is made of', bounds: [128, 1152], spans: attribute('order.zone') },
  {
    name: 'what a label is made of, in a resource',
    bounds: [128, 1152],
    resource: 'order.zone',
    spans: (_, number) => [root, failing(number)],
  },
  {
    name: 'what is dropped as noise',
    bounds: names,
    spans: (name) => [{ ...root, name, attributes: { 'url.path': '/healthz' } }],
    events: 0,
  },
  { name: 'a log', bounds: messages, logs: (body) => [{ severity: 17, body }] },
  {
    name: 'the name of an event',
    bounds: [...names, ...messages],
    logs: (eventName) => [{ severity: 17, eventName }],
  },
  {
    name: 'a log with a stack in it',
    bounds: stacks,
    logs: (text, number) => [
      {
        severity: 17,
        timeMillis: 1_767_323_045_000 + number,
        body: `Error: x\n    at f (/app/a.js:1:1)\n${text}`,
      },
    ],
  },
  {
    name: 'a map that is logged',
    bounds: messages,
    logs: (stringValue) => [
      { severity: 17, body: { kvlistValue: { values: [{ key: 'message', value: { stringValue } }] } } },
    ],
  },
  {
    name: 'a log before',
    bounds: names,
    logs: (body, number) => [
      { severity: 9, body, trace: number, timeMillis: 1_767_323_045_000 },
      { severity: 17, trace: number, span: 9, exception: { type: failing(number).exceptions![0]!.type! } },
    ],
  },
];

/** Texts that have the secret at places around a bound, at all of them if there is time, with and without a longer one before it that makes the rest move up. */
function* texts(bound: number): Generator<string> {
  const filler = 'ab '.repeat(40_000);
  const step = thoroughness === 1 ? 29 : 1;
  for (const secret of secrets) {
    for (let at = bound - longest - 2; at <= bound + 2; at += step) {
      const before = `${filler.slice(0, Math.max(0, at - 1))} `;
      yield `${before}${secret} ${filler.slice(0, 2000)}`;
      yield `${before}${secret}`;
      const long = `token=${'x1Y'.repeat(Math.floor(at / 4))} `;
      if (long.length < at) yield `${long}${before.slice(long.length)}${secret} ${filler.slice(0, 2000)}`;
    }
  }
}

async function start(t: TestContext) {
  const path = join(temporaryDirectory(t), 'tocsin.db');
  const receiver = new RecordingReceiver();
  const log = new RecordingLog();
  const free = '127.0.0.1:0';
  const tocsin = compose(
    configurationSchema.parse({
      intake: { http: { listen: free }, grpc: { listen: free } },
      metrics: { listen: free, dimensions: ['order.zone'], max_series: 100_000 },
      admin: { listen: free },
    }),
    {
      clock: new TestClock(),
      log,
      store: new SqliteStore(path),
      receivers: [receiver],
      tokens: [{ name: 'tester', token: new Secret('token') }],
      journalDirectory: `${path}.journal`,
      processMetrics: () => Promise.resolve(''),
      random: () => 0,
    },
  );
  await tocsin.start();
  t.after(() => tocsin.stop());
  const { otlpHttp, metrics, admin } = tocsin.addresses();
  const get = async (port: number, at: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}${at}`, { headers: { authorization: 'Bearer token' } })).text();
  return {
    send: async (signal: string, body: Uint8Array): Promise<void> => {
      const url = `http://127.0.0.1:${otlpHttp.port}/v1/${signal}`;
      const headers = { 'content-type': 'application/x-protobuf' };
      const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
      assert.equal(response.status, 200);
    },
    /** All that comes out anywhere. */
    outlets: async (): Promise<Record<string, string>> => ({
      store: suffixes
        .filter((suffix) => existsSync(path + suffix))
        .map((suffix) => readFileSync(path + suffix, 'latin1'))
        .join(''),
      events: await get(admin.port, '/api/events/export'),
      csv: await get(admin.port, '/api/events/export?format=csv'),
      issues: await get(admin.port, '/api/issues?limit=1000'),
      trends: await get(admin.port, '/api/trends?by=operation'),
      tasks: await get(admin.port, '/api/tasks'),
      noise: await get(admin.port, '/api/noise'),
      statistics: await get(admin.port, '/api/stats'),
      alerts: await get(admin.port, '/api/alerts?limit=1000'),
      metrics: await get(metrics.port, '/metrics'),
      health: await get(metrics.port, '/health'),
      messages: JSON.stringify(receiver.shown),
      log: [...log.errors, ...log.warnings, ...log.infos].join('\n'),
    }),
  };
}

suite('nothing of a secret comes out, wherever a text is cut that it stands in', () => {
  for (const { name, bounds, spans, logs, resource, events: least = 0.5 } of places) {
    test(name, async (t) => {
      const { send, outlets } = await start(t);
      let number = 0;
      for (const bound of bounds) {
        const waiting: SpanSpec[] = [];
        const records: LogSpec[] = [];
        const sendAll = async (of: Record<string, string>): Promise<void> => {
          if (waiting.length > 0) await send('traces', traceRequestBytes(waiting.splice(0), of));
          if (records.length > 0) await send('logs', logsRequestBytes(records.splice(0), of));
        };
        for (const text of texts(bound)) {
          number++;
          waiting.push(...(spans?.(text, number) ?? []).map((span) => ({ ...span, trace: number })));
          records.push(...(logs?.(text, number) ?? []));
          if (resource !== undefined) await sendAll({ 'service.name': 'shop', [resource]: text });
        }
        await sendAll({ 'service.name': 'shop' });
      }
      const found = await outlets();
      const events = JSON.parse(found['events']!) as unknown[];
      assert.ok(events.length >= number * least, `${events.length} events of ${number} failures`);
      for (const [outlet, text] of Object.entries(found))
        for (const part of parts) {
          const at = text.indexOf(part);
          assert.equal(at, -1, `${outlet}: ${JSON.stringify(text.slice(Math.max(0, at - 80), at + 40))}`);
        }
    });
  }
});
