import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { intakeSchema } from '../../../src/intake/config.ts';
import type { Case } from '../case.ts';
import { readStatus } from '../google-rpc.ts';
import { bodyOf, newItem, requestOf, ways } from '../signals.ts';
import { type ListeningTocsin, maxBody } from '../tocsin.ts';

type Cases = Case<ListeningTocsin>[];

export const sizeCases: Cases = [
  ...ways.map(({ signal, encoding }) => ({
    point: 6 as const,
    promise: `${signal} in ${encoding}: exactly as much as is allowed is taken, plain and inflated`,
    holds: async (tocsin: ListeningTocsin) => {
      for (const coding of ['identity', 'gzip']) {
        const request = requestOf(signal, [newItem(signal)]);
        const plain = padded(bodyOf(signal, encoding, request), encoding, maxBody);
        assert.equal(plain.length, maxBody);
        const body = coding === 'gzip' ? gzipSync(plain) : plain;
        const answer = await tocsin.send({ signal, encoding, body, headers: { 'content-encoding': coding } });
        assert.equal(answer.status, 200, answer.body.toString());
        const over = padded(bodyOf(signal, encoding, request), encoding, maxBody + 1);
        const tooLarge = coding === 'gzip' ? gzipSync(over) : over;
        const refusal = await tocsin.send({
          signal,
          encoding,
          body: tooLarge,
          headers: { 'content-encoding': coding },
        });
        assert.equal(refusal.status, 413);
      }
    },
  })),
  {
    point: 6,
    promise: 'the bound is 64 MiB if nothing else is configured',
    holds: () => assert.equal(intakeSchema.parse({}).max_body, 64 * 2 ** 20),
  },
  ...ways.map(({ signal, encoding }) => ({
    point: 7 as const,
    promise: `${signal} in ${encoding}: whatever is sent, the answer has less than 16 KiB`,
    holds: async (tocsin: ListeningTocsin) => {
      const deep = '{"arrayValue":{"values":['.repeat(200);
      const bodies: [Buffer, object][] = [
        [Buffer.alloc(maxBody, '['), {}],
        [Buffer.alloc(maxBody + 1), {}],
        [Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${deep}`), {}],
        [Buffer.from(`{"${'x'.repeat(100_000)}"`), {}],
        [Buffer.from('x'), { 'content-type': 'x'.repeat(4000) }],
        [Buffer.from('x'), { 'content-encoding': 'y'.repeat(4000) }],
      ];
      for (const [body, headers] of bodies) {
        const answer = await tocsin.send({
          signal,
          encoding,
          body,
          headers: headers as Record<string, string>,
        });
        assert.ok(answer.status >= 400 && answer.status < 500);
        assert.ok(answer.body.length < 16_384, String(answer.body.length));
        assert.ok(readStatus('content-type' in headers ? 'json' : encoding, answer.body).message.length > 0);
      }
    },
  })),
];

/** With something that nobody knows, or white space, in front. */
function padded(body: Buffer, encoding: string, length: number): Buffer {
  const missing = length - body.length;
  if (encoding === 'json') return Buffer.concat([Buffer.alloc(missing, ' '), body]);
  // Tag and length take two and three bytes.
  const content = missing - 5;
  const head = Buffer.of(
    0xfa,
    0x3e,
    (content & 0x7f) | 0x80,
    ((content >>> 7) & 0x7f) | 0x80,
    content >>> 14,
  );
  return Buffer.concat([head, Buffer.alloc(content), body]);
}
