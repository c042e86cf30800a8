import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { eventually } from '../support/eventually.ts';
import { traceRequestBytes } from '../support/otlp-builders.ts';
import { TocsinProcess } from './support/tocsin.ts';

const mebibyte = 2 ** 20;
const maxResidentBytes = 512 * mebibyte;

/** Hostile senders at the real limits, against the bundle: each gets its answer, is counted, and nothing gives way. */
suite('bad input', () => {
  const tocsin = new TocsinProcess({});
  before(() => tocsin.start());
  after(() => tocsin.stop());

  const send = (body: Buffer, headers: Record<string, string> = {}): Promise<number> =>
    new Promise((resolve, reject) => {
      const type = { 'content-type': 'application/x-protobuf' };
      const sent = request(
        `${tocsin.at.otlp}/v1/traces`,
        { method: 'POST', agent: false, headers: { ...type, ...headers } },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const good = traceRequestBytes([{ id: 1, failed: true }, { id: 2 }]);
  const gzip = { 'content-encoding': 'gzip' };
  const json = { 'content-type': 'application/json' };

  const table: [name: string, body: () => Buffer, headers: Record<string, string>, status: number][] = [
    ['truncated protobuf', () => good.subarray(0, -5), {}, 400],
    ['bad JSON', () => Buffer.from('{"resourceSpans": [}'), json, 400],
    ['50 MiB of opening brackets', () => Buffer.alloc(50 * mebibyte, '['), json, 400],
    ['bad gzip', () => good, gzip, 400],
    ['a bomb of 1 GiB', () => gzipSync(Buffer.alloc(1024 * mebibyte)), gzip, 413],
    ['65 MiB', () => Buffer.alloc(65 * mebibyte), {}, 413],
    ['65 MiB without a length', () => Buffer.alloc(65 * mebibyte), { 'transfer-encoding': 'chunked' }, 413],
  ];
  for (const [name, body, headers, status] of table) {
    test(`is answered: ${name} with ${status}`, async () => {
      const before = await tocsin.sum('tocsin_intake_requests_total', { code: String(status) });
      assert.equal(await send(body(), headers), status);
      await eventually('the answer to be counted', async () => {
        return (await tocsin.sum('tocsin_intake_requests_total', { code: String(status) })) === before + 1;
      });
    });
  }

  test('in parallel is turned away or answered, within bounded memory', async () => {
    const bomb = gzipSync(Buffer.alloc(60 * mebibyte));
    const statuses = await Promise.all(Array.from({ length: 20 }, () => send(bomb, gzip)));
    assert.deepEqual(
      statuses.filter((status) => status !== 400 && status !== 503),
      [],
    );
    assert.ok(statuses.includes(503) && statuses.includes(400), statuses.join());
    const resident = await tocsin.sum('process_resident_memory_bytes');
    assert.ok(resident < maxResidentBytes, `${Math.round(resident / mebibyte)} MiB resident`);
  });

  test('leaves no trace but in the counters, and what is good is taken as before', async () => {
    assert.equal(await tocsin.sum('tocsin_ledger_total', { fate: 'received' }), 0);
    assert.deepEqual(await tocsin.issues(), []);
    assert.equal(await send(good), 200);
    assert.equal(await tocsin.sum('tocsin_ledger_total', { fate: 'received' }), 2);
    assert.equal((await tocsin.issues()).length, 1);
    assert.deepEqual(
      tocsin.log.filter((line) => line.includes('"level":"error"')),
      [],
    );
  });
});
