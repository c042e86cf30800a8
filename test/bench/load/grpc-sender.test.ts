import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import type { LoadOrder } from '../../../bench/load/protocol.ts';
import { runLoad } from '../../../bench/load/run-load.ts';
import { RequestStream } from '../../../bench/payload/request-stream.ts';
import { countSpans } from '../../../bench/sink/count-spans.ts';
import { StoreUnavailable } from '../../../src/pipeline/failures/event-recorder.ts';
import { startGrpc } from '../../intake/grpc/support.ts';

let rounds = 0;
const stream = RequestStream.prepare(
  { encoding: 'protobuf', spansPerRequest: 100, spansPerSecond: 1000 },
  () => ++rounds,
);

function order(port: number, more: Partial<LoadOrder> = {}): LoadOrder {
  const url = `http://127.0.0.1:${port}`;
  return { transport: 'grpc', url, load: 1000, millis: 500, encoding: 'protobuf', gzip: false, ...more };
}

/** @returns its port */
async function listen(t: TestContext, server: Server): Promise<number> {
  t.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

suite('a load over gRPC', () => {
  for (const gzip of [false, true]) {
    test(`is what it says it is, ${gzip ? 'compressed' : 'plain'}`, async (t) => {
      const { port, state } = await startGrpc(t);
      let spans = 0;
      state.seen = (body) => (spans += countSpans(Buffer.from(body), false));
      const result = await runLoad(order(port, { gzip }), stream);
      assert.deepEqual([result.requests, result.failures], [5, {}]);
      assert.equal(result.spans, spans);
      const calls = result.calls.reduce((sum, { calls: count }) => sum + count, 0);
      assert.equal(calls, spans - result.healthChecks);
    });
  }

  test('that saturates has sixteen connections, and one call at a time on each', async (t) => {
    const server = createHttp2Server();
    const connections = new Map<object, number>();
    let most = 0;
    server.on('stream', (call) => {
      const session = call.session!;
      connections.set(session, (connections.get(session) ?? 0) + 1);
      most = Math.max(most, connections.get(session)!);
      call.once('close', () => connections.set(session, connections.get(session)! - 1));
      call.resume().once('end', () => call.respond({ 'grpc-status': '0' }, { endStream: true }));
    });
    const port = await listen(t, server);
    const result = await runLoad(order(port, { load: 'saturated', millis: 300 }), stream);
    assert.ok(result.requests > 32, String(result.requests));
    assert.deepEqual([connections.size, most, result.failures], [16, 1, {}]);
  });

  test('counts what was not taken, by its code, and no spans of it', async (t) => {
    const { port, state } = await startGrpc(t);
    state.next = () => Promise.reject(new StoreUnavailable('no'));
    const { failures, spans } = await runLoad(order(port), stream);
    assert.deepEqual([failures, spans], [{ 'gRPC 14': 5 }, 0]);
  });

  test('counts what is no answer of gRPC', async (t) => {
    const server = createHttp2Server();
    server.on('stream', (call) => {
      call.respond({ ':status': 415 }, { endStream: true });
      call.resume();
    });
    const { failures } = await runLoad(order(await listen(t, server)), stream);
    assert.deepEqual(failures, { '415': 5 });
  });

  test('counts calls that break off, and goes on with another connection', async (t) => {
    const server = createHttp2Server();
    let calls = 0;
    server.on('stream', (call) => {
      if (++calls === 1) call.session!.destroy();
      else call.resume().once('end', () => call.respond({ 'grpc-status': '0' }, { endStream: true }));
    });
    const { failures, requests } = await runLoad(order(await listen(t, server)), stream);
    assert.deepEqual([requests, Object.values(failures)], [5, [1]]);
  });

  test('counts what found nobody', async (t) => {
    const server = createServer();
    const port = await listen(t, server);
    await once(server.close(), 'close');
    assert.deepEqual((await runLoad(order(port), stream)).failures, { ECONNREFUSED: 5 });
  });
});
