import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { TocsinProcess } from './support/tocsin.ts';

const mebibyte = 2 ** 20;
/** The bounds on bodies are the defaults: 64 MiB each, 128 MiB in all. */
const maxResidentBytes = 512 * mebibyte;

/** Those who take room and give nothing for it, or take all at once: whoever else sends is answered meanwhile, and the room comes back. */
suite('hostile senders', () => {
  const tocsin = new TocsinProcess({});
  before(() => tocsin.start());
  after(() => tocsin.stop());

  let traces = 0;
  const small = (): Uint8Array<ArrayBuffer> =>
    new Uint8Array(traceRequestBytes([{ id: 1, trace: ++traces }]));
  /** Milliseconds until one that behaves is answered 200. */
  const takes = async (): Promise<number> => {
    const start = performance.now();
    assert.equal(await tocsin.takes(small()), true);
    return performance.now() - start;
  };
  const post = async (body: Uint8Array<ArrayBuffer>): Promise<number> => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' };
    const response = await fetch(`${tocsin.at.otlp}/v1/traces`, { method: 'POST', headers, body });
    await response.arrayBuffer();
    return response.status;
  };
  const isWithinMemory = async (): Promise<void> => {
    const resident = await tocsin.sum('process_resident_memory_bytes');
    assert.ok(resident < maxResidentBytes, `${Math.round(resident / mebibyte)} MiB resident`);
  };

  test('10,000 connections that say nothing make room for who does, and are counted', async () => {
    const { port } = new URL(tocsin.at.otlp);
    const before = await tocsin.sum('tocsin_connections_evicted_total', { listener: 'otlp_http' });
    const sockets: Socket[] = [];
    for (let batch = 0; batch < 40; batch++) {
      const opened = await Promise.all(Array.from({ length: 250 }, () => opening(Number(port))));
      sockets.push(...opened);
      assert.ok((await takes()) < 3_000);
    }
    const evicted = async (): Promise<number> =>
      (await tocsin.sum('tocsin_connections_evicted_total', { listener: 'otlp_http' })) - before;
    await eventually('the oldest to be closed', async () => (await evicted()) >= 9_000);
    assert.ok(sockets.filter(({ destroyed }) => !destroyed).length <= 1_000);
    await isWithinMemory();
    for (const socket of sockets) socket.destroy();
    assert.ok((await takes()) < 3_000);
  });

  test('300 who announce 64 MiB and send a little of it keep nobody out', async () => {
    const { port } = new URL(tocsin.at.otlp);
    const sockets = await Promise.all(Array.from({ length: 300 }, () => opening(Number(port))));
    const type = 'Content-Type: application/x-protobuf';
    const head = `POST /v1/traces HTTP/1.1\r\nHost: a\r\n${type}\r\nContent-Length: ${64 * mebibyte}\r\n\r\n`;
    for (const socket of sockets) socket.write(head + 'x'.repeat(200_000));
    for (let i = 0; i < 20; i++) assert.ok((await takes()) < 3_000);
    await isWithinMemory();
    for (const socket of sockets) socket.destroy();
    // What they had taken is free again: a body that needs nearly all of it is read to its end, and no protobuf.
    await eventually(
      'room for a large one',
      async () => (await post(gzipSync(Buffer.alloc(63 * mebibyte)))) === 400,
    );
  });

  test('bodies of 64 MiB in parallel are taken or refused, and small ones are taken meanwhile', async () => {
    const large = [compressible(), incompressible()];
    const statuses: number[] = [];
    const sending = Array.from({ length: 12 }, async (_, i) => statuses.push(await post(large[i % 2]!)));
    let slowest = 0;
    while (statuses.length < sending.length) slowest = Math.max(slowest, await takes());
    await Promise.all(sending);
    assert.deepEqual(
      statuses.filter((status) => status !== 200 && status !== 503),
      [],
    );
    assert.ok(statuses.includes(200), statuses.join());
    process.stdout.write(`a small request waited ${Math.round(slowest)} ms at the most\n`);
    assert.ok(slowest < 5_000, String(slowest));
    await isWithinMemory();
    assert.equal(await post(compressible()), 200);
  });
});

suite('a process that has more memory than it may', () => {
  const tocsin = new TocsinProcess({}, { intake: { max_memory: '1MiB' } });
  before(() => tocsin.start());
  after(() => tocsin.stop());

  test('asks its senders to send again, and says why', async () => {
    const response = await fetch(`${tocsin.at.otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '1']);
    assert.match(await response.text(), /no memory for this request at the moment; send again/);
    assert.equal(
      tocsin.log.filter((line) => /no memory for more requests \(intake\.max_memory\)/.test(line)).length,
      1,
    );
    const counted = { signal: 'traces', protocol: 'http/json', code: '503' };
    assert.equal(await tocsin.sum('tocsin_intake_requests_total', counted), 1);
  });
});

async function opening(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return socket;
}

/** A request of a span and nearly 64 MiB that only a later version could read, each unlike the others. */
function padded(padding: Buffer): Uint8Array<ArrayBuffer> {
  padding.writeUInt32LE(Math.floor(performance.now() * 1000) >>> 0, 0);
  const length = Buffer.of(
    (padding.length & 0x7f) | 0x80,
    ((padding.length >>> 7) & 0x7f) | 0x80,
    ((padding.length >>> 14) & 0x7f) | 0x80,
    padding.length >>> 21,
  );
  const request = Buffer.concat([traceRequestBytes([{ id: 1 }]), Buffer.of(0xfa, 0x3e), length, padding]);
  return new Uint8Array(gzipSync(request, { level: 1 }));
}

function compressible(): Uint8Array<ArrayBuffer> {
  return padded(Buffer.alloc(63 * mebibyte, 'tocsin'));
}

function incompressible(): Uint8Array<ArrayBuffer> {
  return padded(randomBytes(63 * mebibyte));
}
