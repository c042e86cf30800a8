import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, suite, test } from 'node:test';
import type { Answer } from '../../src/forward/answer.ts';
import type { Compression } from '../../src/forward/compress.ts';
import { OtlpHttpClient } from '../../src/forward/client.ts';
import { OtlpBackEnd } from '../support/otlp-back-end.ts';
import { TestClock } from '../support/test-clock.ts';

/** Far more than the system takes off a sender's hands while nobody reads. */
const large = new Uint8Array(32 * 2 ** 20).fill(7);

function clientOf(url: string, compression?: Compression): OtlpHttpClient {
  const client = new OtlpHttpClient({
    clock: new TestClock(),
    endpoints: { traces: new URL('/v1/traces', url) },
    headers: {},
    instance: 'this one',
    compression,
    timeoutMillis: 10_000,
    tls: {},
    connections: 4,
  });
  after(() => client.close());
  return client;
}

async function isSent(client: OtlpHttpClient, bytes: Uint8Array): Promise<boolean | undefined> {
  const answer: Answer = await client.post('traces', bytes, new AbortController().signal);
  assert.equal(answer.kind, 'answered');
  return answer.kind === 'answered' ? answer.isSent : undefined;
}

suite('bytes that were posted', () => {
  for (const compression of [undefined, { algorithm: 'gzip', level: 1 }] as const) {
    test(`are read by nobody any more once a back end took all of them, ${compression === undefined ? 'plain' : 'compressed'}`, async (t) => {
      const backEnd = new OtlpBackEnd();
      const url = await backEnd.start();
      t.after(() => backEnd.stop());
      assert.equal(await isSent(clientOf(url, compression), large), true);
      assert.ok(backEnd.received[0]!.body.equals(large));
    });
  }

  test('may still be read where a back end answers before it has read them', async (t) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    assert.equal(await isSent(clientOf(url), large), false);
  });
});
