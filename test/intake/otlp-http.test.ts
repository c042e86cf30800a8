import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { OtlpHttp } from '../../src/intake/otlp-http.ts';
import { MetricRegistry } from '../../src/metrics/registry.ts';
import { SeriesBudget } from '../../src/metrics/series-budget.ts';
import { MalformedOtlp } from '../../src/otlp/malformed.ts';
import { TraceScanner } from '../../src/otlp/trace-scanner.ts';
import { countDataPoints, countLogRecords } from '../../src/otlp/count-items.ts';
import { requestFromJson } from '../../src/otlp/json/request.ts';
import type { Signal } from '../../src/otlp/signal.ts';
import type { Accepted } from '../../src/pipeline/acceptor.ts';
import { StoreUnavailable } from '../../src/pipeline/failures/event-recorder.ts';
import { JournalStalled } from '../../src/intake/reception.ts';
import { HttpServer } from '../../src/runtime/http-server.ts';
import { Events } from '../../src/telemetry/events.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { decode, encode, logsRequest, metricsRequest, otlpType } from '../support/otlp-reference.ts';
import { RecordingLog } from '../support/recording-log.ts';

const protobufType = 'application/x-protobuf';
const maxBodyBytes = 1024 * 1024;
const maxInFlightBytes = 4 * 1024 * 1024;

const rpcStatus = protobuf
  .parse('syntax = "proto3"; message Status { int32 code = 1; string message = 2; }')
  .root.lookupType('Status');
const exportResponse = otlpType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse');

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

suite('OTLP over HTTP', () => {
  /** Signal and items of what was taken. */
  const accepted: string[] = [];
  const none: Accepted = { items: 0, rejected: 0 };
  let next: () => Promise<Accepted> = () => Promise.resolve(none);
  const registry = new MetricRegistry();
  const log = new RecordingLog();
  const scanner = new TraceScanner();
  const count: Record<Signal, (request: Uint8Array) => number> = {
    traces: (request) => scanner.scan(request).spans.length,
    logs: countLogRecords,
    metrics: countDataPoints,
  };
  const otlp = new OtlpHttp(
    { maxBodyBytes, maxInFlightBytes },
    {
      receive: async (signal, encoding, body) => {
        const answer = await next();
        const request = encoding === 'json' ? requestFromJson(signal, body) : body;
        accepted.push(`${signal} ${count[signal](request)}`);
        return answer;
      },
    },
    new Events(registry, log, new SeriesBudget(1000)),
  );
  const server = new HttpServer('test', { host: '127.0.0.1', port: 0 }, otlp.listener);
  before(() => server.start());
  after(() => server.stop());

  const send = (given: {
    body?: Buffer | string;
    type?: string | undefined;
    encoding?: string;
    method?: string;
    path?: string;
  }): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { body, type = protobufType, encoding, method = 'POST', path = '/v1/traces' } = given;
      const headers = {
        'content-type': type,
        ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
      };
      const request = httpRequest(
        { port: server.address.port, method, path, headers, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    });

  /** The google.rpc.Status of a refusal, whichever encoding it is in. */
  const statusOf = (answer: Answer): { code: number; message: string } => {
    const value: unknown =
      answer.headers['content-type'] === protobufType
        ? decode(rpcStatus, answer.body)
        : JSON.parse(answer.body.toString());
    return value as { code: number; message: string };
  };

  const good = traceRequestBytes([{ id: 1 }, { id: 2 }]);
  const goodJson = JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          { spans: [{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', name: 'a' }] },
        ],
      },
    ],
  });

  const logs = Buffer.from(
    encode(logsRequest, {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: {} }, { severityNumber: 17 }] }] }],
    }),
  );
  const logsJson = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}';
  const points = [{ asDouble: 1 }, { asInt: 2 }];
  const metrics = Buffer.from(
    encode(metricsRequest, {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: points } }] }] }],
    }),
  );
  const metricsJson =
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":{"dataPoints":[{"asInt":"1"}]}}]}]}]}';

  const taken: [name: string, given: Parameters<typeof send>[0], items: string][] = [
    ['protobuf', { body: good }, 'traces 2'],
    ['protobuf with gzip', { body: gzipSync(good), encoding: 'gzip' }, 'traces 2'],
    ['JSON', { body: goodJson, type: 'application/json' }, 'traces 1'],
    ['JSON with gzip', { body: gzipSync(goodJson), type: 'application/json', encoding: 'gzip' }, 'traces 1'],
    [
      'a content type with parameters, in capitals',
      { body: goodJson, type: 'Application/JSON; charset=utf-8' },
      'traces 1',
    ],
    ['an encoding that says there is none', { body: good, encoding: 'identity' }, 'traces 2'],
    ['an empty protobuf request', { body: Buffer.alloc(0) }, 'traces 0'],
    ['an empty JSON request', { body: '{}', type: 'application/json' }, 'traces 0'],
    ['a path with a query', { body: good, path: '/v1/traces?x=1' }, 'traces 2'],
    [
      'gzip in two members',
      {
        body: Buffer.concat([gzipSync(good.subarray(0, 50)), gzipSync(good.subarray(50))]),
        encoding: 'gzip',
      },
      'traces 2',
    ],
    ['a target that is a whole URL', { body: good, path: 'http://sidecar:4318/v1/traces' }, 'traces 2'],
    ['logs', { body: logs, path: '/v1/logs' }, 'logs 2'],
    ['logs in JSON', { body: logsJson, path: '/v1/logs', type: 'application/json' }, 'logs 1'],
    ['metrics', { body: metrics, path: '/v1/metrics' }, 'metrics 2'],
    ['metrics in JSON', { body: metricsJson, path: '/v1/metrics', type: 'application/json' }, 'metrics 1'],
  ];
  for (const [name, given, items] of taken) {
    test(`takes ${name}, and answers in kind`, async () => {
      accepted.length = 0;
      const answer = await send(given);
      assert.equal(answer.status, 200);
      assert.deepEqual(accepted, [items]);
      const isJson = given.type !== undefined;
      assert.equal(answer.headers['content-type'], isJson ? 'application/json' : protobufType);
      assert.equal(answer.body.toString(), isJson ? '{}' : '');
    });
  }

  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const refused: [
    name: string,
    given: Parameters<typeof send>[0],
    status: number,
    code: number,
    says: RegExp,
  ][] = [
    ['truncated protobuf', { body: good.subarray(0, -3) }, 400, 3, /byte \d+/],
    ['protobuf that is text', { body: 'hello' }, 400, 3, /byte/],
    ['bad JSON', { body: '{"resourceSpans": [', type: 'application/json' }, 400, 3, /./],
    ['an empty JSON body', { body: '', type: 'application/json' }, 400, 3, /./],
    [
      'JSON of the wrong shape',
      { body: '{"resourceSpans": 1}', type: 'application/json' },
      400,
      3,
      /resourceSpans/,
    ],
    ['gzip that is not', { body: good, encoding: 'gzip' }, 400, 3, /gzip/],
    ['gzip that ends too soon', { body: gzipSync(good).subarray(0, -10), encoding: 'gzip' }, 400, 3, /gzip/],
    ['a gzip bomb', { body: bomb, encoding: 'gzip' }, 413, 8, /larger than 1048576/],
    ['a body over the limit', { body: Buffer.alloc(maxBodyBytes + 1) }, 413, 8, /larger than 1048576/],
    ['another method', { method: 'GET' }, 405, 12, /POST/],
    [
      'another content type',
      { body: good, type: 'text/plain' },
      415,
      3,
      /application\/x-protobuf, application\/json/,
    ],
    ['another content encoding', { body: good, encoding: 'br' }, 415, 3, /gzip/],
    ['another path', { body: good, path: '/v1/else' }, 404, 12, /\/v1\/traces/],
    ['broken logs', { body: logs.subarray(0, -1), path: '/v1/logs' }, 400, 3, /byte \d+/],
    ['broken metrics', { body: metrics.subarray(0, -1), path: '/v1/metrics' }, 400, 3, /byte \d+/],
  ];
  for (const [name, given, status, code, says] of refused) {
    test(`refuses ${name} with ${status} and a google.rpc.Status`, async () => {
      accepted.length = 0;
      const answer = await send(given);
      assert.equal(answer.status, status);
      assert.equal(statusOf(answer).code, code);
      assert.match(statusOf(answer).message, says);
      assert.deepEqual(accepted, []);
    });
  }

  test('answers a refusal in the encoding of the request', async () => {
    assert.equal((await send({ body: 'x' })).headers['content-type'], protobufType);
    assert.equal(
      (await send({ body: 'x', type: 'application/json' })).headers['content-type'],
      'application/json',
    );
    assert.equal((await send({ body: 'x', type: 'text/html' })).headers['content-type'], 'application/json');
  });

  test('says which method is allowed', async () => {
    assert.equal((await send({ method: 'PUT' })).headers['allow'], 'POST');
  });

  for (const type of [protobufType, 'application/json']) {
    test(`says in ${type} how many spans were rejected, and why`, async () => {
      next = () => Promise.resolve({ items: 301, rejected: 300 });
      const answer = await send({ body: type === protobufType ? good : goodJson, type });
      next = () => Promise.resolve(none);
      assert.equal(answer.status, 200);
      const response: unknown =
        type === protobufType ? decode(exportResponse, answer.body) : JSON.parse(answer.body.toString());
      assert.partialDeepStrictEqual(response, { partialSuccess: { rejectedSpans: '300' } });
    });
  }

  const failures: [name: string, error: Error, status: number, retryAfter: string | undefined][] = [
    ['a store that is not there', new StoreUnavailable('no store'), 503, '1'],
    ['a disk that is too slow', new JournalStalled('slow'), 503, '1'],
    ['a request that turns out broken', new MalformedOtlp('broken'), 400, undefined],
    ['a mistake of our own', new TypeError('secret internals'), 500, undefined],
  ];
  for (const [name, error, status, retryAfter] of failures) {
    test(`answers ${name} with ${status}`, async () => {
      next = () => Promise.reject(error);
      const answer = await send({ body: good });
      next = () => Promise.resolve(none);
      assert.equal(answer.status, status);
      assert.equal(answer.headers['retry-after'], retryAfter);
      assert.doesNotMatch(statusOf(answer).message, /secret/);
    });
  }
  test('logs its own mistakes and no bad input', () => {
    assert.equal(log.errors.length, 1);
    assert.match(log.errors[0]!, /could not be worked on/);
  });

  test('asks to come again when too many bytes are in memory, and takes requests again afterwards', async () => {
    let open: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      open = resolve;
    });
    next = async () => {
      await held;
      return none;
    };
    const padding = Buffer.concat([
      good,
      Buffer.of(0xfa, 0x3e, 0x80, 0x80, 0x30),
      Buffer.alloc(0x80 * 0x80 * 0x30),
    ]);
    const requests = Array.from({ length: 8 }, () => send({ body: padding }));
    const early = await Promise.race(requests);
    assert.deepEqual([early.status, early.headers['retry-after']], [503, '1']);
    open();
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    assert.ok(statuses.includes(200) && statuses.includes(503), statuses.join());
    next = () => Promise.resolve(none);
    assert.equal((await send({ body: padding })).status, 200);
  });

  test('lives through a sender that goes away in the middle of its body', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(server.address.port, '127.0.0.1', () => {
        socket.write(
          `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: ${protobufType}\r\nContent-Length: 1000\r\n\r\nabc`,
        );
        setImmediate(() => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    assert.equal((await send({ body: good })).status, 200);
  });

  test('counts every answer by signal, protocol and code', () => {
    const text = [...registry.expose()].join('');
    assert.match(
      text,
      /tocsin_intake_requests_total\{signal="traces",protocol="http\/protobuf",code="200"} \d+/,
    );
    assert.match(
      text,
      /tocsin_intake_requests_total\{signal="traces",protocol="http\/protobuf",code="413"} 2/,
    );
    assert.match(text, /tocsin_intake_requests_total\{signal="traces",protocol="http\/json",code="415"} 2/);
    assert.match(
      text,
      /tocsin_intake_requests_total\{signal="unknown",protocol="http\/protobuf",code="404"} 1/,
    );
  });
});
