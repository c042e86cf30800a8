import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { configurationSchema } from '../../../src/app/configuration/options.ts';
import { contentTypes } from '../../../src/intake/encoding.ts';
import { signals } from '../../../src/otlp/signal.ts';
import type { Case } from '../case.ts';
import { partialSuccessOf } from '../client.ts';
import { readStatus } from '../google-rpc.ts';
import { bodyOf, encodings, factsOf, newItem, requestOf, ways } from '../signals.ts';
import type { ListeningTocsin } from '../tocsin.ts';

type Cases = Case<ListeningTocsin>[];

const paths: Cases = [
  {
    point: 11,
    promise: 'Tocsin listens on 127.0.0.1:4318 if nothing else is configured',
    holds: () =>
      assert.deepEqual(configurationSchema.parse({}).intake.http.listen, { host: '127.0.0.1', port: 4318 }),
  },
  ...ways.map(({ signal, encoding }) => ({
    point: 12 as const,
    promise: `${signal} in ${encoding} are posted to ${factsOf[signal].path}, with a query or as a whole URL as well`,
    holds: async (tocsin: ListeningTocsin) => {
      const { path } = factsOf[signal];
      for (const target of [path, `${path}?a=b`, `http://sidecar:4318${path}`]) {
        const request = requestOf(signal, [newItem(signal)]);
        const body = bodyOf(signal, encoding, request);
        assert.deepEqual(await tocsin.passOn(signal, encoding, body, { path: target }), request);
      }
    },
  })),
  ...['/', '/v1/trace', '/v1/traces/', '/V1/traces', '/v1development/profiles', '/v1/traces/x'].map(
    (path) => ({
      point: 12 as const,
      promise: `${path} is 404, which says where OTLP goes`,
      holds: async (tocsin: ListeningTocsin) => {
        const answer = await tocsin.send({ path, body: 'x' });
        assert.equal(answer.status, 404);
        assert.match(readStatus('protobuf', answer.body).message, /\/v1\/traces, \/v1\/logs, \/v1\/metrics/);
      },
    }),
  ),
];

const types: Cases = [
  {
    point: 13,
    promise: 'by turns on one connection, each read by its content type',
    holds: async (tocsin) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ports = new Set<number>();
      for (const { signal, encoding } of [...ways, ...ways]) {
        const body = bodyOf(signal, encoding, requestOf(signal, [newItem(signal)]));
        const answer = await tocsin.send({ signal, encoding, body, agent });
        assert.equal(answer.status, 200);
        ports.add(answer.port);
      }
      agent.destroy();
      assert.equal(ports.size, 1);
    },
  },
  ...encodings.flatMap((encoding) =>
    ['; charset=utf-8', ';charset="UTF-8"', ' ; a=b; c=d', ';'].flatMap((parameters) =>
      [contentTypes[encoding], contentTypes[encoding].toUpperCase()].map((type) => ({
        point: 14 as const,
        promise: `${type}${parameters}`,
        holds: async (tocsin: ListeningTocsin) => {
          const request = requestOf('traces', [newItem('traces')]);
          const headers = { 'content-type': `${type}${parameters}` };
          const body = bodyOf('traces', encoding, request);
          assert.deepEqual(await tocsin.passOn('traces', encoding, body, { headers }), request);
        },
      })),
    ),
  ),
];

const answers: Cases = ways.flatMap(
  ({ signal, encoding }): Cases => [
    {
      point: 15,
      promise: `${signal} in ${encoding}: of success and refusals`,
      holds: async (tocsin) => {
        const good = bodyOf(signal, encoding, requestOf(signal, [newItem(signal)]));
        const sent = [
          { body: good },
          { body: 'x' },
          { method: 'GET' },
          { path: '/else' },
          { headers: { 'content-encoding': 'br' }, body: 'x' },
        ];
        const statuses: number[] = [];
        for (const each of sent) {
          const answer = await tocsin.send({ signal, encoding, ...each });
          assert.equal(answer.headers['content-type'], contentTypes[encoding]);
          statuses.push(answer.status);
        }
        assert.deepEqual(statuses, [200, 400, 405, 404, 415]);
      },
    },
    {
      point: 16,
      promise: `${signal} in ${encoding}: ${encoding === 'json' ? '{}' : 'an empty message'} with its length`,
      holds: async (tocsin) => {
        const body = bodyOf(signal, encoding, requestOf(signal, [newItem(signal)]));
        const answer = await tocsin.send({ signal, encoding, body });
        assert.equal(answer.status, 200);
        assert.equal(answer.body.toString(), encoding === 'json' ? '{}' : '');
        assert.equal(answer.headers['content-length'], String(answer.body.length));
        assert.equal(partialSuccessOf(signal, encoding, answer.body), undefined);
      },
    },
    {
      point: 24,
      promise: `${signal} in ${encoding}: a long one is, a short one is not, and none for who does not ask`,
      holds: async (tocsin) => {
        const asking = { 'accept-encoding': 'br, gzip' };
        const long = await tocsin.send({
          signal,
          encoding: 'json',
          body: deepBad(),
          headers: asking,
          path: '/v1/logs',
        });
        assert.equal(long.headers['content-encoding'], 'gzip');
        assert.equal(long.headers['content-length'], String(long.body.length));
        const plain = await tocsin.send({ signal, encoding: 'json', body: deepBad(), path: '/v1/logs' });
        assert.equal(plain.headers['content-encoding'], undefined);
        assert.ok(gunzipSync(long.body).equals(plain.body));
        const unwilling = { 'accept-encoding': 'gzip;q=0' };
        const other = await tocsin.send({
          encoding: 'json',
          body: deepBad(),
          headers: unwilling,
          path: '/v1/logs',
        });
        assert.ok(other.body.equals(plain.body));
        const body = bodyOf(signal, encoding, requestOf(signal, [newItem(signal)]));
        const short = await tocsin.send({ signal, encoding, body, headers: asking });
        assert.equal(short.headers['content-encoding'], undefined);
      },
    },
  ],
);

/** What is wrong in it is very deep, so that the answer, which says where, is long. */
function deepBad(): Buffer {
  const depth = 28;
  const inside = '{"arrayValue":{"values":['.repeat(depth);
  return Buffer.from(
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${inside}1${']}}'.repeat(depth)}`,
  );
}

const methods: Cases = [
  ...['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].flatMap((method) =>
    signals.map((signal) => ({
      point: 23 as const,
      promise: `${method} of ${signal} is 405 with Allow: POST`,
      holds: async (tocsin: ListeningTocsin) => {
        const answer = await tocsin.send({ signal, method, body: '' });
        assert.equal(answer.status, 405);
        assert.equal(answer.headers['allow'], 'POST');
        assert.match(readStatus('protobuf', answer.body).message, /POST/);
      },
    })),
  ),
  ...['text/plain', '', 'application/grpc', 'application/x-protobuf2', 'json'].map((type) => ({
    point: 23 as const,
    promise: `Content-Type ${type === '' ? 'absent' : type} is 415, in JSON`,
    holds: async (tocsin: ListeningTocsin) => {
      const answer = await tocsin.send({ body: '{}', headers: { 'content-type': type } });
      assert.equal(answer.status, 415);
      assert.match(readStatus('json', answer.body).message, /application\/x-protobuf, application\/json/);
    },
  })),
  ...['br', 'deflate', 'zstd', 'gzip, gzip'].map((coding) => ({
    point: 23 as const,
    promise: `Content-Encoding ${coding} is 415`,
    holds: async (tocsin: ListeningTocsin) => {
      const answer = await tocsin.send({ body: 'x', headers: { 'content-encoding': coding } });
      assert.equal(answer.status, 415);
      assert.match(readStatus('protobuf', answer.body).message, /gzip/);
    },
  })),
];

export const httpCases: Cases = [...paths, ...types, ...answers, ...methods];
