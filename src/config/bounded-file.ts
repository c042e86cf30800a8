import { closeSync, openSync, readSync } from 'node:fs';

const chunkBytes = 64 * 1024;

/**
 * Reads a file, or a pipe such as `/dev/stdin`, no further than one byte past `maxBytes`: enough to know that it is too large.
 * @throws Error of node:fs if it cannot be read
 */
export function readAtMost(path: string, maxBytes: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let left = maxBytes + 1; left > 0; ) {
      const chunk = Buffer.alloc(Math.min(left, chunkBytes));
      const count = readSync(file, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      left -= count;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(file);
  }
}
