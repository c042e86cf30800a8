import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { LoadOrder } from '../../../bench/load/protocol.ts';
import { runLoad } from '../../../bench/load/run-load.ts';
import { RequestStream } from '../../../bench/payload/request-stream.ts';
import { countSpans } from '../../../bench/sink/count-spans.ts';
import { decodeTraceRequest, type Span } from '../../support/otlp-reference.ts';

function spansOf(body: Buffer): Span[] {
  const { resourceSpans = [] } = decodeTraceRequest(body);
  return resourceSpans.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans));
}

let rounds = 0;
const stream = RequestStream.prepare(
  { encoding: 'protobuf', spansPerRequest: 100, spansPerSecond: 1000 },
  () => ++rounds,
);

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close().closeAllConnections();
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function order(url: string, more: Partial<LoadOrder> = {}): LoadOrder {
  return { transport: 'http', url, load: 1000, millis: 500, encoding: 'protobuf', gzip: false, ...more };
}

suite('a load', () => {
  for (const gzip of [false, true]) {
    test(`is what it says it is, ${gzip ? 'compressed' : 'plain'}`, async () => {
      let spans = 0;
      const url = await listen((request, response) => {
        void buffer(request).then((body) => {
          assert.equal(request.headers['content-encoding'], gzip ? 'gzip' : undefined);
          spans += countSpans(gzip ? gunzipSync(body) : body, false);
          response.end();
        });
      });
      const result = await runLoad(order(url, { gzip }), stream);
      assert.equal(result.requests, 5);
      assert.equal(result.spans, spans);
      assert.ok(result.healthChecks > 0 && result.healthChecks < spans / 3);
      const calls = result.calls.reduce((sum, { calls: count }) => sum + count, 0);
      assert.equal(calls, result.spans - result.healthChecks);
      assert.deepEqual(result.failures, {});
    });
  }

  test('goes on while nobody answers, and what waited counts as waiting', async () => {
    const held: (() => void)[] = [];
    const url = await listen((request, response) => {
      request.resume();
      held.push(() => response.end());
      // The answers come with the last request: the first has waited for all the others to be sent.
      if (held.length === 5) for (const answer of held) answer();
    });
    const { requests, answerMillis } = await runLoad(order(url), stream);
    assert.equal(requests, 5);
    assert.ok(answerMillis.max >= 390, `${answerMillis.max} ms`);
    assert.ok(answerMillis.p50 >= 190, `${answerMillis.p50} ms`);
  });

  test('counts what was not answered 200, and no spans of it', async () => {
    const url = await listen((request, response) => {
      request.resume();
      response.writeHead(503).end();
    });
    const result = await runLoad(order(url), stream);
    assert.deepEqual(result.failures, { '503': 5 });
    assert.deepEqual([result.spans, result.healthChecks, result.calls], [0, 0, []]);
    assert.ok(Number.isNaN(result.answerMillis.p50));
  });

  test('counts what found nobody', async () => {
    const url = await listen(() => undefined);
    const server = servers.pop()!;
    await once(server.close(), 'close');
    assert.deepEqual((await runLoad(order(url), stream)).failures, { ECONNREFUSED: 5 });
  });

  test('that saturates sends what belongs to one trace in the order in which it happened', async () => {
    const ends = new Map<string, bigint>();
    let outOfOrder = 0;
    const url = await listen((request, response) => {
      void buffer(request).then((body) => {
        const latest = new Map<string, bigint>();
        for (const { traceId, endTimeUnixNano } of spansOf(body)) {
          const [trace, end] = [Buffer.from(traceId!).toString('hex'), BigInt(endTimeUnixNano!)];
          if (end < (ends.get(trace) ?? 0n)) outOfOrder++;
          if (end > (latest.get(trace) ?? 0n)) latest.set(trace, end);
        }
        for (const [trace, end] of latest) ends.set(trace, end);
        // Some answers come much later than those to requests that were sent after them.
        setTimeout(() => response.end(), body.length % 7);
      });
    });
    await runLoad(order(url, { load: 'saturated', millis: 200 }), stream);
    assert.ok(ends.size > 100);
    assert.equal(outOfOrder, 0);
  });

  test('that saturates has the next request ready for every answer, and no more', async () => {
    let underWay = 0;
    let most = 0;
    const url = await listen((request, response) => {
      most = Math.max(most, ++underWay);
      request.resume();
      request.once('end', () => {
        underWay--;
        response.end();
      });
    });
    const result = await runLoad(order(url, { load: 'saturated', millis: 200 }), stream);
    assert.ok(result.requests > 16);
    assert.ok(most <= 16);
  });
});
