import { gzip, gzipSync } from 'node:zlib';

/**
 * Compressed at once, which takes two thirds of what it takes by turns with the thread pool: a millisecond or less, also at higher levels, which
 * are slower. What takes longer would hold everybody up.
 */
const mostAtOnceBytes = 256 * 1024;
/** One piece for most: what comes in several is put together by copying. */
const chunkSize = 64 * 1024;

/** @param level 1 to 9 */
export function compress(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  if (bytes.length <= mostAtOnceBytes / level) return Promise.resolve(gzipSync(bytes, { level, chunkSize }));
  return new Promise((resolve, reject) => {
    gzip(bytes, { level, chunkSize }, (error, compressed) => {
      if (error === null) resolve(compressed);
      else reject(error);
    });
  });
}
