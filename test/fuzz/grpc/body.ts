import { gzipSync } from 'node:zlib';
import { signals } from '../../../src/otlp/signal.ts';
import { framed } from '../../support/raw-grpc.ts';
import { compressed } from '../compressed.ts';
import { corpusOf } from '../corpus.ts';
import { makeMessage } from '../make-message.ts';
import { damaged } from '../mutate-bytes.ts';
import type { Random } from '../random.ts';

/** Of a message, as it comes and inflated. More than what is made room for at first, so that room is made anew. */
export const maxMessageBytes = 640 * 1024;

const lengths = [0, 1, maxMessageBytes - 1, maxMessageBytes, maxMessageBytes + 1, 2 ** 31, 2 ** 32 - 1];
const large = [300 * 1024, maxMessageBytes, maxMessageBytes + 1].map((length) => Buffer.alloc(length));
let largeCompressed: readonly Buffer[] | undefined;

/** All that is sent of a call: mostly one message with its prefix, and whatever can be wrong with that. */
export function makeBody(random: Random): Uint8Array {
  const messages = Array.from({ length: random.once(10) ? random.below(4) : 1 }, () => makeFrame(random));
  if (random.once(15)) messages.push(Buffer.from(random.bytes(1 + random.below(7))));
  const body = Buffer.concat(messages);
  if (random.once(12)) return body.subarray(0, random.below(body.length));
  return random.once(10) && body.length < 10_000 ? damaged(body, makeFrame(random), random) : body;
}

function makeFrame(random: Random): Buffer {
  const isCompressed = random.once(3);
  const message = isCompressed ? makeCompressed(random) : makePlain(random);
  const frame = framed(message, isCompressed ? 1 : 0);
  if (random.once(20)) frame[0] = random.one([0, 1, 2, 3, 0x80, 0xff]);
  if (random.once(10)) frame.writeUInt32BE(otherLength(message.length, random), 1);
  return frame;
}

function otherLength(length: number, random: Random): number {
  if (random.once(2)) return random.one(lengths);
  return Math.max(0, length + random.one([-5, -2, -1, 1, 2, 5, 256]));
}

function makePlain(random: Random): Uint8Array {
  if (random.once(1_000)) return random.one(large);
  const signal = random.once(2) ? 'traces' : random.one(signals);
  return random.once(3) ? makeMessage(signal, random) : random.one(corpusOf(signal)).bytes;
}

function makeCompressed(random: Random): Uint8Array {
  largeCompressed ??= large.map((plain) => gzipSync(plain));
  if (random.once(500)) return random.one(largeCompressed);
  const gzipped = compressed(random);
  return random.once(3) ? damaged(gzipped, compressed(random), random) : gzipped;
}
