import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { compose } from '../../src/app/composition/compose.ts';
import { configurationSchema } from '../../src/app/configuration/options.ts';
import { exportsOf } from '../../src/intake/exports.ts';
import { type Signal, signals } from '../../src/otlp/signal.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { temporaryDirectory } from '../config/support.ts';
import { clientOf, exportPath, type Outcome, retryDelayMillis } from '../intake/grpc/support.ts';
import { kind, span, traceRequestBytes } from '../support/otlp-builders.ts';
import {
  type AnyValue,
  decode,
  encode,
  encodeTraceRequest,
  logsRequest,
  metricsRequest,
  otlpType,
  type Span,
} from '../support/otlp-reference.ts';
import { framed, rawGrpc } from '../support/raw-grpc.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { TestClock } from '../support/test-clock.ts';

/*
 * What the specification asks of who takes OTLP over gRPC, point by point, of the whole of Tocsin. A point has the number that it has
 * in the list of all that is asked; sections are those of opentelemetry-proto, docs/specification.md, or named with their document.
 */
interface Point {
  number: number;
  section: string;
  promises: string;
  holds: (tocsin: Tocsin, t: TestContext) => Promise<void>;
}

const maxBodyBytes = 256 * 1024;
const maxInFlightBytes = 1024 * 1024;
const retryable = [
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
];

async function start(t: TestContext) {
  const listen = '127.0.0.1:0';
  const configuration = configurationSchema.parse({
    intake: {
      http: { listen },
      grpc: { listen },
      max_body: `${maxBodyBytes}B`,
      max_in_flight: `${maxInFlightBytes}B`,
    },
    metrics: { listen },
    admin: { listen },
  });
  const store = new InlineStore();
  const tocsin = compose(configuration, {
    clock: new TestClock(),
    log: new RecordingLog(),
    store,
    receivers: [],
    tokens: [],
    journalDirectory: join(temporaryDirectory(t), 'journal'),
    processMetrics: () => Promise.resolve(''),
    random: () => 0,
  });
  await tocsin.start();
  t.after(() => tocsin.stop());
  const { otlpGrpc, metrics } = tocsin.addresses();
  const { port } = otlpGrpc!;
  const plain = clientOf(t, port);
  const gzip = clientOf(t, port, { gzip: true });
  return {
    port,
    store,
    send: (signal: Signal, body: Uint8Array) => plain.call(exportPath(signal), body),
    sendGzip: (signal: Signal, body: Uint8Array) => gzip.call(exportPath(signal), body),
    call: plain.call,
    raw: () => rawGrpc(t, port),
    ledger: async (items: string, fate: string): Promise<number> => {
      const text = await (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text();
      const series = `tocsin_ledger_total{signal="${items}",fate="${fate}"}`;
      return Number(new RegExp(`^${series.replace(/[{}]/g, '\\$&')} (\\d+)$`, 'm').exec(text)?.[1]);
    },
  };
}
type Tocsin = Awaited<ReturnType<typeof start>>;

const requests: Readonly<Record<Signal, Uint8Array>> = {
  traces: traceRequestBytes([{ id: 1 }, { id: 2 }]),
  logs: encode(logsRequest, {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }],
  }),
  metrics: encode(metricsRequest, {
    resourceMetrics: [
      { scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [{ asDouble: 1 }] } }] }] },
    ],
  }),
};
const items: Readonly<Record<Signal, string>> = {
  traces: 'spans',
  logs: 'log_records',
  metrics: 'data_points',
};

/** An Export*ServiceResponse, read by a generic decoder. */
function responseIn(signal: Signal, { response }: Outcome): Record<string, unknown> {
  const [, version, service] = /^opentelemetry\.proto\.collector\.(\w+\.\w+)\.(\w+)Service$/.exec(
    exportsOf[signal].service,
  )!;
  return decode(
    otlpType(`opentelemetry.proto.collector.${version}.Export${service}ServiceResponse`),
    response,
  );
}

/** As many bytes as asked for, and well: a field that nobody knows takes them up. @param bytes below 2 MiB */
function requestOf(bytes: number): Buffer {
  const head = Buffer.concat([requests.traces, Buffer.of(0xfa, 0x3e)]);
  const length = bytes - head.length - 3;
  const varint = Buffer.of((length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14);
  return Buffer.concat([head, varint, Buffer.alloc(length)]);
}

const values: AnyValue[] = [
  {},
  { stringValue: '' },
  { stringValue: 'é\u0000😀' },
  { boolValue: false },
  { intValue: '-9223372036854775808' },
  { doubleValue: Number.NaN },
  { doubleValue: Number.NEGATIVE_INFINITY },
  { bytesValue: Buffer.of(0, 255) },
  { arrayValue: { values: [] } },
  { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }, {}] } },
  { kvlistValue: { values: [{ key: 'a', value: { kvlistValue: { values: [] } } }] } },
];

const wrongIds: [what: string, ids: Partial<Span>][] = [
  ['a trace id of 15 bytes', { traceId: Buffer.alloc(15, 1) }],
  ['a trace id of 17 bytes', { traceId: Buffer.alloc(17, 1) }],
  ['a trace id of zeros', { traceId: Buffer.alloc(16) }],
  ['no trace id', { traceId: Buffer.alloc(0) }],
  ['a span id of 7 bytes', { spanId: Buffer.alloc(7, 1) }],
  ['a span id of zeros', { spanId: Buffer.alloc(8) }],
];

const points: Point[] = [
  ...signals.map(
    (signal): Point => ({
      number: 1,
      section: 'Protocol Details',
      promises: `takes ${signal} without compression and with gzip`,
      holds: async ({ send, sendGzip, ledger }) => {
        assert.equal((await send(signal, requests[signal])).code, status.OK);
        assert.equal((await sendGzip(signal, Buffer.concat([requests[signal]]))).code, status.OK);
        assert.ok((await ledger(items[signal], 'received')) > 0);
      },
    }),
  ),
  ...signals.map(
    (signal): Point => ({
      number: 2,
      section: 'Full Success',
      promises: `answers an empty request of ${signal} with success`,
      holds: async ({ send }) => {
        const outcome = await send(signal, Buffer.alloc(0));
        assert.equal(outcome.code, status.OK);
        assert.deepEqual(responseIn(signal, outcome), {});
      },
    }),
  ),
  ...signals.map(
    (signal): Point => ({
      number: 3,
      section: 'Full Success',
      promises: `leaves partial_success unset when all ${signal} were taken`,
      holds: async ({ send }) => {
        assert.deepEqual(responseIn(signal, await send(signal, requests[signal])), {});
      },
    }),
  ),
  {
    number: 4,
    section: 'Partial Success',
    promises: 'answers success with the number of spans that were rejected, and says why',
    holds: async ({ send, ledger }) => {
      const wrong = Array.from({ length: 300 }, () => ({ ...span({ id: 1 }), spanId: Buffer.alloc(8) }));
      const body = encodeTraceRequest({
        resourceSpans: [{ scopeSpans: [{ spans: [span({ id: 1 }), ...wrong] }] }],
      });
      const outcome = await send('traces', body);
      assert.equal(outcome.code, status.OK);
      const { partialSuccess } = responseIn('traces', outcome) as {
        partialSuccess: { rejectedSpans: string; errorMessage: string };
      };
      assert.equal(partialSuccess.rejectedSpans, '300');
      assert.match(partialSuccess.errorMessage, /a trace id is 16 bytes/);
      assert.equal(await ledger('spans', 'rejected'), 300);
      assert.equal(await ledger('spans', 'received'), 301);
    },
  },
  {
    number: 4,
    section: 'Partial Success',
    promises: 'rejects no log record for ids that are none: it is taken without them',
    holds: async ({ send, ledger }) => {
      const logRecords = [{ traceId: Buffer.alloc(3, 1), spanId: Buffer.alloc(3, 1) }];
      const outcome = await send(
        'logs',
        encode(logsRequest, { resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
      );
      assert.deepEqual(responseIn('logs', outcome), {});
      assert.equal(await ledger('log_records', 'received'), 1);
      assert.equal(await ledger('log_records', 'rejected'), 0);
    },
  },
  {
    number: 6,
    section: 'OTLP/gRPC Request',
    promises: 'takes a request of the largest size, and none that is a byte larger, compressed or not',
    holds: async ({ send, sendGzip }) => {
      for (const way of [send, sendGzip]) {
        assert.equal((await way('traces', requestOf(maxBodyBytes))).code, status.OK);
        assert.equal((await way('traces', requestOf(maxBodyBytes + 1))).code, status.RESOURCE_EXHAUSTED);
      }
    },
  },
  {
    number: 6,
    section: 'OTLP/gRPC Request',
    promises: 'has 64 MiB as the largest size, if nothing else is configured',
    holds: async () => {
      assert.equal(configurationSchema.parse({}).intake.max_body, 64 * 2 ** 20);
      await Promise.resolve();
    },
  },
  {
    number: 7,
    section: 'OTLP/HTTP Response',
    promises: 'answers shortly, however much is wrong',
    holds: async ({ send }) => {
      const spans = Array.from({ length: 5000 }, () => ({ name: 'x', spanId: Buffer.alloc(1) }));
      const outcome = await send(
        'traces',
        encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
      );
      assert.equal(outcome.code, status.OK);
      assert.ok(outcome.response.length < 200);
    },
  },
  {
    number: 8,
    section: 'trace.proto, ResourceSpans',
    promises: 'passes over envelopes in which there is nothing',
    holds: async ({ send, ledger }) => {
      const body = encodeTraceRequest({ resourceSpans: [{}, { scopeSpans: [{}, { spans: [] }] }] });
      assert.equal((await send('traces', body)).code, status.OK);
      assert.equal(await ledger('spans', 'received'), 0);
    },
  },
  {
    number: 9,
    section: 'common.proto, AnyValue',
    promises: 'takes attributes with every kind of value',
    holds: async ({ send, ledger }) => {
      const attributes = values.map((value, index) => ({ key: `key ${index}`, value }));
      const body = encodeTraceRequest({
        resourceSpans: [
          {
            resource: { attributes },
            scopeSpans: [{ spans: [{ ...span({ id: 1, kind: kind.server }), attributes }] }],
          },
        ],
      });
      const outcome = await send('traces', body);
      assert.deepEqual([outcome.code, outcome.message], [status.OK, '']);
      assert.equal(await ledger('spans', 'received'), 1);
      assert.equal(await ledger('spans', 'rejected'), 0);
    },
  },
  ...wrongIds.map(
    ([what, ids]): Point => ({
      number: 10,
      section: 'trace.proto, Span',
      promises: `rejects a span with ${what}, and takes those beside it`,
      holds: async ({ send }) => {
        const spans = [span({ id: 1 }), { ...span({ id: 2 }), ...ids }, span({ id: 3 })];
        const outcome = await send(
          'traces',
          encodeTraceRequest({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
        );
        assert.equal(outcome.code, status.OK);
        assert.partialDeepStrictEqual(responseIn('traces', outcome), {
          partialSuccess: { rejectedSpans: '1' },
        });
      },
    }),
  ),
  {
    number: 33,
    section: 'OTLP/gRPC Default Port',
    promises: 'listens on port 4317, if nothing else is configured',
    holds: async () => {
      const { listen } = configurationSchema.parse({}).intake.grpc;
      assert.deepEqual(listen, { host: '127.0.0.1', port: 4317 });
      await Promise.resolve();
    },
  },
  ...signals.map(
    (signal): Point => ({
      number: 33,
      section: 'OTLP/gRPC Service and Protobuf Definitions',
      promises: `has the service of ${signal}, whose unary method is Export`,
      holds: async ({ raw }) => {
        const { headers, trailers } = await raw().send(exportPath(signal), [framed(requests[signal])]);
        assert.equal(headers[':status'], 200);
        assert.match(String(headers['content-type']), /^application\/grpc(\+proto)?$/);
        assert.equal(trailers['grpc-status'], '0');
      },
    }),
  ),
  {
    number: 34,
    section: 'OTLP/gRPC Concurrent Requests',
    promises: 'takes requests that are in flight at once on one connection',
    holds: async ({ send, ledger }) => {
      const bodies = Array.from({ length: 40 }, (_, id) => traceRequestBytes([{ id: id + 1 }]));
      const outcomes = await Promise.all(bodies.map((body) => send('traces', body)));
      assert.deepEqual(new Set(outcomes.map(({ code }) => code)), new Set([status.OK]));
      assert.equal(await ledger('spans', 'received'), 40);
      assert.equal(await ledger('spans', 'duplicate'), 0);
    },
  },
  {
    number: 34,
    section: 'OTLP/gRPC Concurrent Requests',
    promises: 'goes on taking requests while another is not here whole',
    holds: async ({ raw, send }) => {
      const { begin } = raw();
      const { stream } = begin(exportPath('traces'));
      stream.write(framed(requestOf(maxBodyBytes)).subarray(0, 100));
      assert.equal((await send('traces', requests.traces)).code, status.OK);
      stream.close();
    },
  },
  ...(['plain', 'inflated'] as const).map(
    (how): Point => ({
      number: 35,
      section: 'Failures',
      promises: `refuses what is too large, ${how}, with RESOURCE_EXHAUSTED and without RetryInfo: not to be sent again`,
      holds: async ({ send, sendGzip, ledger }) => {
        const way = how === 'plain' ? send : sendGzip;
        const outcome = await way('traces', requestOf(maxBodyBytes + 1));
        assert.equal(outcome.code, status.RESOURCE_EXHAUSTED);
        assert.equal(retryDelayMillis(outcome), undefined);
        assert.match(outcome.message, /262144/);
        assert.equal(await ledger('spans', 'received'), 0);
      },
    }),
  ),
  {
    number: 36,
    section: 'OTLP/gRPC Throttling',
    promises:
      'answers UNAVAILABLE with RetryInfo while failures cannot be stored, and takes the same request later',
    holds: async ({ send, store, ledger }) => {
      const failed = traceRequestBytes([{ id: 1, failed: true, exceptions: [{}] }]);
      const record = store.calls.record.bind(store.calls);
      store.calls.record = () => Promise.reject(new Error('the disk is full'));
      const outcome = await send('traces', failed);
      assert.equal(outcome.code, status.UNAVAILABLE);
      assert.equal(retryDelayMillis(outcome), 1000);
      assert.equal(await ledger('spans', 'received'), 0);
      store.calls.record = record;
      assert.equal((await send('traces', failed)).code, status.OK);
      assert.equal(await ledger('spans', 'duplicate'), 0);
    },
  },
  {
    number: 36,
    section: 'OTLP/gRPC Throttling',
    promises:
      'answers UNAVAILABLE with RetryInfo while too much is in memory, and takes requests again afterwards',
    holds: async ({ raw, send }) => {
      const { begin } = raw();
      const message = framed(requestOf(maxBodyBytes));
      // Of what may be in memory an eighth is left to small requests.
      const most = Math.floor(((maxInFlightBytes / 8) * 7) / maxBodyBytes);
      const held = Array.from({ length: most }, () => begin(exportPath('traces')));
      for (const { stream } of held) stream.write(message.subarray(0, 100));
      let outcome = await send('traces', requestOf(maxBodyBytes));
      // They are on another connection: they may come later.
      while (outcome.code === status.OK) outcome = await send('traces', requestOf(maxBodyBytes));
      assert.equal(outcome.code, status.UNAVAILABLE);
      assert.equal(retryDelayMillis(outcome), 1000);
      for (const { stream } of held) stream.end(message.subarray(100));
      const codes = await Promise.all(held.map(({ answer }) => answer));
      assert.deepEqual(new Set(codes.map(({ trailers }) => trailers['grpc-status'])), new Set(['0']));
      assert.equal((await send('traces', requestOf(maxBodyBytes))).code, status.OK);
    },
  },
  ...[
    ['text', Buffer.from('hello')],
    ['a request cut off', requests.traces.subarray(0, -1)],
    ['a field that is too long', Buffer.of(0x0a, 0x7f)],
    ['a group', Buffer.of(0x0b, 0x0c)],
  ].map(
    ([what, body]): Point => ({
      number: 37,
      section: 'Failures',
      promises: `refuses ${String(what)} with INVALID_ARGUMENT, and says what is wrong`,
      holds: async ({ send, ledger }) => {
        const outcome = await send('traces', body as Buffer);
        assert.equal(outcome.code, status.INVALID_ARGUMENT);
        assert.match(outcome.message, /byte \d+/);
        assert.equal(await ledger('spans', 'received'), 0);
      },
    }),
  ),
  {
    number: 37,
    section: 'Failures',
    promises: 'refuses gzip that is broken with INVALID_ARGUMENT',
    holds: async ({ raw }) => {
      const headers = { 'grpc-encoding': 'gzip' };
      const broken = gzipSync(requests.traces).subarray(0, -5);
      const { trailers } = await raw().send(exportPath('traces'), [framed(broken, 1)], headers);
      assert.equal(trailers['grpc-status'], String(status.INVALID_ARGUMENT));
    },
  },
  {
    number: 38,
    section: 'Failures',
    promises: 'has for each refusal a code by which a client sends again just what it is to send again',
    holds: async ({ send, store, call }) => {
      const never = [
        await send('traces', Buffer.from('hello')),
        await send('traces', requestOf(maxBodyBytes + 1)),
        await call('/opentelemetry.proto.collector.trace.v1.TraceService/Other', requests.traces),
      ];
      for (const outcome of never) {
        assert.ok(!retryable.includes(outcome.code), status[outcome.code]);
        assert.equal(outcome.trailers.get('grpc-status-details-bin').length, 0);
      }
      store.calls.record = () => Promise.reject(new Error('the disk is full'));
      const later = await send('traces', traceRequestBytes([{ id: 1, failed: true }]));
      assert.ok(retryable.includes(later.code), status[later.code]);
    },
  },
  ...[
    '/opentelemetry.proto.collector.trace.v1.TraceService/Import',
    '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export',
    '/',
  ].map(
    (path): Point => ({
      number: 39,
      section: 'gRPC, doc/statuscodes.md',
      promises: `answers ${path} with UNIMPLEMENTED`,
      holds: async ({ call }) => assert.equal((await call(path, requests.traces)).code, status.UNIMPLEMENTED),
    }),
  ),
  {
    number: 39,
    section: 'gRPC, doc/compression.md',
    promises: 'answers a compression that it does not know with UNIMPLEMENTED, and says which it knows',
    holds: async ({ raw }) => {
      const message = framed(requests.traces, 1);
      const headers = { 'grpc-encoding': 'zstd' };
      const answer = await raw().send(exportPath('traces'), [message], headers);
      assert.equal(answer.trailers['grpc-status'], String(status.UNIMPLEMENTED));
      const known = String(answer.headers['grpc-accept-encoding']).split(',');
      assert.deepEqual(known.sort(), ['gzip', 'identity']);
    },
  },
  {
    number: 39,
    section: 'gRPC, doc/compression.md',
    promises: 'answers a message that is compressed by nothing with INTERNAL',
    holds: async ({ raw }) => {
      const { trailers } = await raw().send(exportPath('traces'), [framed(requests.traces, 1)]);
      assert.equal(trailers['grpc-status'], String(status.INTERNAL));
    },
  },
  {
    number: 39,
    section: 'gRPC, doc/statuscodes.md',
    promises: 'answers a call with no message, or with two, with UNIMPLEMENTED',
    holds: async ({ raw }) => {
      const { send } = raw();
      const message = framed(requests.traces);
      for (const pieces of [[], [message, message]]) {
        const { trailers } = await send(exportPath('traces'), pieces);
        assert.equal(trailers['grpc-status'], String(status.UNIMPLEMENTED));
      }
    },
  },
  {
    number: 39,
    section: 'gRPC, doc/PROTOCOL-HTTP2.md, Requests',
    promises: 'answers what is not gRPC with the status 415 of HTTP',
    holds: async ({ raw }) => {
      const headers = { 'content-type': 'application/x-protobuf' };
      const answer = await raw().send(exportPath('traces'), [framed(requests.traces)], headers);
      assert.equal(answer.headers[':status'], 415);
    },
  },
  {
    number: 39,
    section: 'gRPC, doc/PROTOCOL-HTTP2.md, Early Server Closure',
    promises: 'lets go of a call that it has answered before its end, without calling that an error',
    holds: async ({ raw }) => {
      const { stream, answer } = raw().begin('/nobody/knows');
      stream.write(framed(requests.traces).subarray(0, 10));
      const { trailers, resetCode } = await answer;
      assert.equal(trailers['grpc-status'], String(status.UNIMPLEMENTED));
      assert.equal(resetCode, undefined);
    },
  },
];

suite('OTLP over gRPC, point by point', () => {
  for (const { number, section, promises, holds } of points)
    test(`${number} (${section}): ${promises}`, async (t) => holds(await start(t), t));

  test('every point that is about gRPC is here', () => {
    const here = new Set(points.map(({ number }) => number));
    // 5 is a warning that may be given, and is not.
    for (const number of [1, 2, 3, 4, 6, 7, 8, 9, 10, 33, 34, 35, 36, 37, 38, 39])
      assert.ok(here.has(number), String(number));
  });
});
