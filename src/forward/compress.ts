import { constants, gzip, gzipSync, type InputType, zstdCompress, zstdCompressSync } from 'node:zlib';

export const algorithms = ['gzip', 'zstd'] as const;
export interface Compression {
  algorithm: (typeof algorithms)[number];
  /** From 1, which is quick, to `mostLevel`. */
  level: number;
}

/** What the libraries have. Levels of zstd from 20 on take hundreds of megabytes. */
export const mostLevel: Readonly<Record<Compression['algorithm'], number>> = { gzip: 9, zstd: 19 };

/**
 * Compressed at once, which takes two thirds of what it takes by turns with the thread pool: a millisecond or less, also at higher levels, which
 * are slower. What takes longer would hold everybody up.
 */
const mostAtOnceBytes = 256 * 1024;
/** Levels of zstd above it take ten times as long. */
const mostLevelAtOnce = 9;
/** One piece for most: what comes in several is put together by copying. */
const chunkSize = 64 * 1024;

export function compress(bytes: Uint8Array, { algorithm, level }: Compression): Promise<Uint8Array> {
  const isAtOnce = level <= mostLevelAtOnce && bytes.length <= mostAtOnceBytes / level;
  if (algorithm === 'gzip') {
    const options = { level, chunkSize };
    return isAtOnce ? Promise.resolve(gzipSync(bytes, options)) : inPool(gzip, bytes, options);
  }
  const options = { params: { [constants.ZSTD_c_compressionLevel]: level }, chunkSize };
  return isAtOnce ? Promise.resolve(zstdCompressSync(bytes, options)) : inPool(zstdCompress, bytes, options);
}

function inPool<O>(
  compressor: (bytes: InputType, options: O, done: (error: Error | null, result: Uint8Array) => void) => void,
  bytes: Uint8Array,
  options: O,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    compressor(bytes, options, (error, compressed) => {
      if (error === null) resolve(compressed);
      else reject(error);
    });
  });
}
