import { gunzipSync, gzipSync } from 'node:zlib';
import { corpusOf } from './corpus.ts';
import type { Random } from './random.ts';

/** Some of what is compressed is as large, or larger or smaller by a byte. */
export const mostInflatedBytes = 64 * 1024;

const sizes = [mostInflatedBytes - 1, mostInflatedBytes, mostInflatedBytes + 1].map(
  (length) => new Uint8Array(length),
);
let pool: readonly Uint8Array[] | undefined;

/** A request as gzip, whose size at the end may be wrong. To compress is slow: all that is needed is compressed once. */
export function compressed(random: Random): Uint8Array {
  pool ??= [...corpusOf('traces').map(({ bytes }) => bytes), ...sizes].map((plain, i) =>
    gzipSync(plain, { level: [0, 1, 6][i % 3]! }),
  );
  const gzipped = Buffer.from(random.once(20) ? pool.at(-1 - random.below(sizes.length))! : random.one(pool));
  // The size at the end is a hint: anybody can write one.
  if (random.once(8)) gzipped.writeUInt32LE(random.next(), gzipped.length - 4);
  return gzipped;
}

/** What zlib makes of it, or why it makes nothing. */
export function gunzipped(input: Uint8Array, maxBytes: number): Uint8Array | Error {
  try {
    return gunzipSync(input, { maxOutputLength: maxBytes });
  } catch (error) {
    return error as Error;
  }
}
