import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Signal } from '../otlp/signal.ts';

export interface BodyDigest {
  /** The same for the same body of the same signal, and for no other; 20 bytes. */
  key: Buffer;
  /** crc32 of the body. */
  crc: number;
}

/** A body up to twice as long is hashed as a whole. */
const hashedBytes = 4096;

/**
 * Knows a body again. A checksum of all of it, and a hash of its beginning and end, where the ids and times of its first and
 * last items stand: to hash all of a large body would cost a third of what scanning it does.
 */
export function digestOf(signal: Signal, body: Uint8Array): BodyDigest {
  const crc = crc32(body);
  const { length } = body;
  const head = Buffer.from(`${signal} ${length} ${crc} `);
  const ends =
    length <= 2 * hashedBytes ? [body] : [body.subarray(0, hashedBytes), body.subarray(length - hashedBytes)];
  return { key: hash('sha1', Buffer.concat([head, ...ends]), 'buffer'), crc };
}
