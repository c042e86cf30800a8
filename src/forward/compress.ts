import { gzip, gzipSync } from 'node:zlib';

/** Compressed at once, which is quicker than by turns with the thread pool; what is larger would hold everybody up. */
const smallBytes = 64 * 1024;

/** @param level 1 to 9 */
export function compress(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  if (bytes.length <= smallBytes) return Promise.resolve(gzipSync(bytes, { level }));
  return new Promise((resolve, reject) => {
    gzip(bytes, { level }, (error, compressed) => {
      if (error === null) resolve(compressed);
      else reject(error);
    });
  });
}
