import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { JournalStalled } from '../../../src/intake/reception.ts';
import { MalformedOtlp } from '../../../src/otlp/malformed.ts';
import type { Signal } from '../../../src/otlp/signal.ts';
import type { Accepted } from '../../../src/pipeline/acceptor.ts';
import { StoreUnavailable } from '../../../src/pipeline/failures/event-recorder.ts';
import { eventually } from '../../support/eventually.ts';
import { decode, encode, logsRequest, metricsRequest, otlpType } from '../../support/otlp-reference.ts';
import { framed, rawGrpc } from '../../support/raw-grpc.ts';
import {
  clientOf,
  exportPath,
  gate,
  good,
  maxBodyBytes,
  paddedTo,
  retryDelayMillis,
  startGrpc,
} from './support.ts';

const traces = exportPath('traces');
const logs = encode(logsRequest, {
  resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: {} }, { severityNumber: 17 }] }] }],
});
const points = [{ asDouble: 1 }, { asInt: 2 }];
const metrics = encode(metricsRequest, {
  resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: points } }] }] }],
});

/** A field that nobody knows, with these bytes. @param bytes 4000 */
const asField = (bytes: Uint8Array): Uint8Array => Buffer.concat([Buffer.of(0xfa, 0x3e, 0xa0, 0x1f), bytes]);
const digest = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');

const none: Accepted = { items: 0, rejected: 0 };

suite('OTLP over gRPC takes', () => {
  const taken: [name: string, signal: Signal, body: Uint8Array, items: number][] = [
    ['traces', 'traces', good, 2],
    ['logs', 'logs', logs, 2],
    ['metrics', 'metrics', metrics, 2],
    ['an empty request', 'traces', Buffer.alloc(0), 0],
    ['the largest request there may be', 'traces', paddedTo(maxBodyBytes), 2],
  ];
  for (const gzip of [false, true]) {
    for (const [name, signal, body, items] of taken) {
      test(`${name}${gzip ? ', compressed' : ''}`, async (t) => {
        const { port, state, admission } = await startGrpc(t);
        const outcome = await clientOf(t, port, { gzip }).call(exportPath(signal), body);
        assert.deepEqual([outcome.code, outcome.message], [status.OK, '']);
        assert.equal(outcome.response.length, 0, 'nothing was rejected, so nothing is said of that');
        assert.deepEqual(state.accepted, [`${signal} ${items}`]);
        assert.equal(admission.bytesInUse, 0);
      });
    }
  }

  test('many requests at once, and answers each as soon as it is done', async (t) => {
    const { port, state } = await startGrpc(t);
    const { call } = clientOf(t, port);
    const { opened, open } = gate();
    state.next = async () => {
      await opened;
      return none;
    };
    const held = call(traces, good);
    await eventually('the first', () => state.next !== undefined);
    state.next = () => Promise.resolve(none);
    await Promise.all(Array.from({ length: 30 }, () => call(traces, good)));
    assert.ok(state.accepted.length >= 30);
    open();
    assert.equal((await held).code, status.OK);
  });

  test('a request in whatever pieces it comes', async (t) => {
    const { port, state } = await startGrpc(t);
    const { send } = rawGrpc(t, port);
    const whole = framed(good);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length), { maxLength: 8 }), async (cuts) => {
        state.accepted.length = 0;
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        const { trailers } = await send(traces, pieces);
        assert.equal(trailers['grpc-status'], '0');
        assert.deepEqual(state.accepted, ['traces 2']);
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  test('every byte of many large requests on one connection, whatever is refused between them', async (t) => {
    const { port, state } = await startGrpc(t);
    const { begin } = rawGrpc(t, port);
    const seen = new Set<string>();
    state.seen = (body) => seen.add(digest(body));
    const sent = new Set<string>();
    const random = fc.sample(fc.uint8Array({ minLength: 4000, maxLength: 4000 }), { seed: 7, numRuns: 60 });
    const answers = random.map((bytes, index) => {
      const body = Buffer.concat(Array.from({ length: 1 + (index % 7) * 8 }, () => asField(bytes)));
      const message = framed(body);
      const ways: [path: string, sent: Uint8Array][] = [
        [traces, message],
        ['/nobody/knows', message],
        [traces, message.subarray(0, -1)],
        [traces, Buffer.concat([message, Buffer.of(1)])],
      ];
      // Two of three are as they should be.
      const way = index % 3 === 0 ? index % ways.length : 0;
      if (way === 0) sent.add(digest(body));
      const { stream, answer } = begin(ways[way]![0]);
      stream.end(ways[way]![1]);
      return answer;
    });
    await Promise.all(answers);
    assert.deepEqual(seen, sent);
    assert.ok(sent.size >= 40);
  });

  for (const type of ['application/grpc', 'application/grpc+proto', 'application/grpc;charset=utf-8']) {
    test(`the content type ${type}`, async (t) => {
      const { port } = await startGrpc(t);
      const { trailers } = await rawGrpc(t, port).send(traces, [framed(good)], { 'content-type': type });
      assert.equal(trailers['grpc-status'], '0');
    });
  }

  test('what is not compressed although a compression is named', async (t) => {
    const { port } = await startGrpc(t);
    const { send } = rawGrpc(t, port);
    for (const encoding of ['gzip', 'identity', 'snappy']) {
      const { trailers, headers } = await send(traces, [framed(good)], { 'grpc-encoding': encoding });
      assert.equal(trailers['grpc-status'], '0', encoding);
      assert.equal(headers['grpc-accept-encoding'], 'identity,gzip');
    }
  });

  test('some of a request, and says how much not', async (t) => {
    const { port, state } = await startGrpc(t);
    state.next = () => Promise.resolve({ items: 301, rejected: 300 });
    const { code, response } = await clientOf(t, port).call(traces, good);
    assert.equal(code, status.OK);
    const type = otlpType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse');
    assert.partialDeepStrictEqual(decode(type, response), { partialSuccess: { rejectedSpans: '300' } });
  });
});

suite('OTLP over gRPC refuses', () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const refused: [
    name: string,
    path: string,
    pieces: Buffer[],
    headers: Record<string, string>,
    code: status,
    says: RegExp,
  ][] = [
    ['a message cut off', traces, [framed(good).subarray(0, -1)], {}, status.INVALID_ARGUMENT, /shorter/],
    ['half a prefix', traces, [Buffer.of(0, 0)], {}, status.INVALID_ARGUMENT, /shorter/],
    ['protobuf cut off', traces, [framed(good.subarray(0, -3))], {}, status.INVALID_ARGUMENT, /byte \d+/],
    ['no message', traces, [], {}, status.UNIMPLEMENTED, /no message/],
    ['two messages', traces, [framed(good), framed(good)], {}, status.UNIMPLEMENTED, /more than one/],
    [
      'two messages in one piece',
      traces,
      [Buffer.concat([framed(good), framed(good)])],
      {},
      status.UNIMPLEMENTED,
      /more than one/,
    ],
    ['a flag that is none', traces, [framed(good, 2)], {}, status.INTERNAL, /flag/],
    ['a compression that it does not name', traces, [framed(good, 1)], {}, status.INTERNAL, /grpc-encoding/],
    [
      'a compression that is none',
      traces,
      [framed(good, 1)],
      { 'grpc-encoding': 'identity' },
      status.INTERNAL,
      /grpc-encoding/,
    ],
    [
      'another compression',
      traces,
      [framed(good, 1)],
      { 'grpc-encoding': 'snappy' },
      status.UNIMPLEMENTED,
      /identity, gzip/,
    ],
    [
      'gzip that is not',
      traces,
      [framed(good, 1)],
      { 'grpc-encoding': 'gzip' },
      status.INVALID_ARGUMENT,
      /gzip/,
    ],
    [
      'a gzip bomb',
      traces,
      [framed(bomb, 1)],
      { 'grpc-encoding': 'gzip' },
      status.RESOURCE_EXHAUSTED,
      /larger than 1048576/,
    ],
    ['another method', `${traces}s`, [framed(good)], {}, status.UNIMPLEMENTED, /TraceService\/Export/],
    [
      'JSON',
      traces,
      [framed(Buffer.from('{}'))],
      { 'content-type': 'application/grpc+json' },
      status.INVALID_ARGUMENT,
      /\+proto/,
    ],
  ];
  for (const [name, path, pieces, headers, code, says] of refused) {
    test(`${name} with ${status[code]}, and nothing of it is kept`, async (t) => {
      const { port, state, admission, log } = await startGrpc(t);
      const { trailers } = await rawGrpc(t, port).send(path, pieces, headers);
      assert.equal(trailers['grpc-status'], String(code));
      assert.match(decodeURIComponent(String(trailers['grpc-message'])), says);
      assert.equal(trailers['grpc-accept-encoding'], 'identity,gzip');
      assert.equal(trailers['grpc-status-details-bin'], undefined, 'it is not to be sent again');
      assert.deepEqual([state.accepted, admission.bytesInUse, log.errors], [[], 0, []]);
    });
  }

  test('what is too large as soon as it says so, whatever is still to come', async (t) => {
    const { port, admission } = await startGrpc(t);
    const { stream, answer } = rawGrpc(t, port).begin(traces);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(2 ** 32 - 1, 1);
    stream.write(prefix);
    const { trailers } = await answer;
    assert.equal(trailers['grpc-status'], String(status.RESOURCE_EXHAUSTED));
    assert.equal(admission.bytesInUse, 0);
  });

  for (const [why, largest, code] of [
    ['too large', maxBodyBytes, status.RESOURCE_EXHAUSTED],
    ['too much for what there is room for', 64 * maxBodyBytes, status.UNAVAILABLE],
  ] as const)
    test(`what is ${why} while most of it is still to come, so that its client need not wait with that`, async (t) => {
      const { port } = await startGrpc(t, largest);
      const large = framed(Buffer.alloc(32 * maxBodyBytes));
      const answers = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const { stream, answer } = rawGrpc(t, port).begin(traces);
          stream.end(large);
          return answer;
        }),
      );
      for (const { trailers, resetCode } of answers)
        assert.deepEqual([trailers['grpc-status'], resetCode], [String(code), undefined]);
    });

  const http: [name: string, headers: Record<string, string>, status: number][] = [
    ['another content type', { 'content-type': 'application/x-protobuf' }, 415],
    ['another method of HTTP', { ':method': 'PUT' }, 405],
  ];
  for (const [name, headers, code] of http) {
    test(`${name} by HTTP's means: ${code}`, async (t) => {
      const { port, state } = await startGrpc(t);
      const answer = await rawGrpc(t, port).send(traces, [framed(good)], headers);
      assert.deepEqual([answer.headers[':status'], answer.headers['grpc-status']], [code, undefined]);
      assert.deepEqual(state.accepted, []);
    });
  }

  const failures: [name: string, error: Error, code: status, delay: number | undefined][] = [
    ['a store that is not there', new StoreUnavailable('no störe at 100 %'), status.UNAVAILABLE, 1000],
    ['a disk that is too slow', new JournalStalled('slow'), status.UNAVAILABLE, 1000],
    ['a request that turns out broken', new MalformedOtlp('broken'), status.INVALID_ARGUMENT, undefined],
    ['a mistake of our own', new TypeError('secret internals'), status.INTERNAL, undefined],
  ];
  for (const [name, error, code, delay] of failures) {
    test(`${name} with ${status[code]}${delay === undefined ? '' : ', and says when to send again'}`, async (t) => {
      const { port, state, log } = await startGrpc(t);
      state.next = () => Promise.reject(error);
      const outcome = await clientOf(t, port).call(traces, good);
      assert.equal(outcome.code, code);
      assert.equal(retryDelayMillis(outcome), delay);
      assert.equal(state.turnedAway, delay === undefined ? 0 : 1);
      if (error instanceof StoreUnavailable) assert.equal(outcome.message, `${error.message}; send again`);
      assert.doesNotMatch(outcome.message, /secret/);
      assert.equal(log.errors.length, code === status.INTERNAL ? 1 : 0);
    });
  }
});

test('OTLP over gRPC is counted by signal and by the code that HTTP has for the same', async (t) => {
  const { port, registry, state } = await startGrpc(t);
  const { call } = clientOf(t, port);
  await call(traces, good);
  await call(exportPath('logs'), logs);
  await call(traces, Buffer.from('hello'));
  await call('/nobody/knows', good);
  await call('/grpc.health.v1.Health/Check', Buffer.alloc(0));
  await rawGrpc(t, port).send(traces, [framed(good)], { 'content-type': 'text/plain' });
  state.next = () => Promise.reject(new StoreUnavailable('no'));
  await call(traces, good);
  const text = [...registry.expose()].join('');
  const counted = [...text.matchAll(/^tocsin_intake_requests_total\{(.*protocol="grpc".*)} ([1-9]\d*)$/gm)];
  assert.deepEqual(counted.map(([, labels, value]) => `${labels} ${value}`).sort(), [
    'signal="logs",protocol="grpc",code="200" 1',
    'signal="traces",protocol="grpc",code="200" 1',
    'signal="traces",protocol="grpc",code="400" 1',
    'signal="traces",protocol="grpc",code="415" 1',
    'signal="traces",protocol="grpc",code="503" 1',
    'signal="unknown",protocol="grpc",code="404" 1',
  ]);
});
