import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { Accepted } from '../../../src/pipeline/acceptor.ts';
import type { Case } from '../case.ts';
import { post, type Sent } from '../client.ts';
import { readStatus } from '../google-rpc.ts';
import { limits, scriptedIntake } from '../scripted-intake.ts';
import { bodyOf, newItem, requestOf, ways } from '../signals.ts';
import { type ListeningTocsin, maxBody } from '../tocsin.ts';

type Cases = Case<ListeningTocsin>[];

const tooLarge: Cases = ways.flatMap(({ signal, encoding }) => {
  const large = (): Buffer => Buffer.alloc(maxBody + 1, ' ');
  const sent: Record<string, () => Sent> = {
    'with its length': () => ({ body: large() }),
    'in chunks': () => ({ body: large(), headers: { 'transfer-encoding': 'chunked' } }),
    'that is small as long as it is compressed': () => ({
      body: gzipSync(large()),
      headers: { 'content-encoding': 'gzip' },
    }),
    'of which the beginning is compressed well': () => ({
      body: gzipSync(Buffer.concat([Buffer.alloc(maxBody), randomLike(200_000)])),
      headers: { 'content-encoding': 'gzip' },
    }),
  };
  return Object.entries(sent).map(([what, make]) => ({
    point: 19 as const,
    promise: `${signal} in ${encoding}: one ${what}`,
    holds: async (tocsin: ListeningTocsin) => {
      const answer = await tocsin.send({ signal, encoding, ...make() });
      assert.equal(answer.status, 413);
      const { message, violations } = readStatus(encoding, answer.body);
      assert.match(message, new RegExp(`larger than ${maxBody} bytes`));
      assert.equal(violations, undefined);
    },
  }));
});

/** Bytes that no compression makes fewer. */
function randomLike(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0, state = 1; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

const bombs: Cases = ways.map(({ signal, encoding }) => ({
  point: 25 as const,
  promise: `${signal} in ${encoding}: 128 MiB of nothing, ten at once, are 413 or 503 and leave no memory taken`,
  holds: async (tocsin: ListeningTocsin) => {
    const bomb = gzippedNothing();
    const headers = { 'content-encoding': 'gzip' };
    const before = process.memoryUsage();
    let most = 0;
    const sent = Array.from({ length: 10 }, async () => {
      const { status } = await tocsin.send({ signal, encoding, body: bomb, headers });
      most = Math.max(most, process.memoryUsage().arrayBuffers - before.arrayBuffers);
      return status;
    });
    const all = await Promise.all(sent);
    assert.ok(all.includes(413), all.join());
    assert.deepEqual(
      all.filter((status) => status !== 413 && status !== 503),
      [],
    );
    assert.ok(most < 64 * 2 ** 20, String(most));
  },
}));

let nothing: Buffer | undefined;
/** Made when it is wanted: it takes a while. */
function gzippedNothing(): Buffer {
  nothing ??= gzipSync(Buffer.alloc(128 * 2 ** 20));
  return nothing;
}

const overload: Cases = ways.map(({ signal, encoding }) => ({
  point: 21,
  promise: `${signal} in ${encoding}: beyond its memory Tocsin answers 503, Retry-After: 1, and takes more once there is room`,
  holds: async (_tocsin, t) => {
    let open: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (open = resolve));
    const { port } = await scriptedIntake(t, async (): Promise<Accepted> => {
      await held;
      return { items: 0, rejected: 0 };
    });
    const body = Buffer.alloc(limits.maxBodyBytes, ' ');
    const sent = Array.from({ length: 8 }, () => post(port, { signal, encoding, body }));
    const early = await Promise.race(sent);
    assert.deepEqual([early.status, early.headers['retry-after']], [503, '1']);
    assert.match(readStatus(encoding, early.body).message, /send again/);
    open();
    const all = await Promise.all(sent);
    assert.ok(all.some(({ status }) => status === 200));
    assert.equal((await post(port, { signal, encoding, body })).status, 200);
  },
}));

const gzip: Cases = ways.flatMap(({ signal, encoding }) => {
  const good = (): Buffer => gzipSync(bodyOf(signal, encoding, requestOf(signal, [newItem(signal)])));
  const broken: Record<string, () => Buffer> = {
    'what is no gzip': () => bodyOf(signal, encoding, requestOf(signal, [newItem(signal)])),
    nothing: () => Buffer.alloc(0),
    'half of it': () => good().subarray(0, 20),
    'without its checksum': () => good().subarray(0, -8),
    'with another checksum': () => flipped(good(), -8),
    'with another length': () => flipped(good(), -4),
    'with a bit that fell over': () => flipped(good(), 12),
  };
  return Object.entries(broken).map(([what, body]) => ({
    point: 25 as const,
    promise: `${signal} in ${encoding}: ${what} is 400`,
    holds: async (tocsin: ListeningTocsin) => {
      const headers = { 'content-encoding': 'gzip' };
      const answer = await tocsin.send({ signal, encoding, body: body(), headers });
      assert.equal(answer.status, 400);
      assert.match(readStatus(encoding, answer.body).violations?.[0]?.description ?? '', /gzip/);
    },
  }));
});

function flipped(bytes: Buffer, at: number): Buffer {
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = bytes[place]! ^ 0x10;
  return bytes;
}

export const limitCases: Cases = [...tooLarge, ...bombs, ...overload, ...gzip];
