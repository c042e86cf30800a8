import { createGunzip, gunzipSync } from 'node:zlib';
import { release } from '../runtime/release.ts';
import type { Claim } from './admission.ts';
import { Refused } from './answer.ts';
import { noRoom, tooLarge } from './limits.ts';

/**
 * Bodies that are small both ways, which is nearly all of them, are inflated at once: quicker than by turns with the thread
 * pool, and too little to hold anybody up.
 */
const smallCompressedBytes = 64 * 1024;
const smallInflatedBytes = 1024 * 1024;
/** One pass of inflating makes at most this much before the limits are looked at again. */
const inflateChunkBytes = 256 * 1024;
/** No byte of gzip stands for more (https://zlib.net/zlib_tech.html). */
const mostFromOneByte = 1032;

/**
 * Inflates gzip. Room for all of it is claimed before it is begun, by the size that stands at the end of it (RFC 1952, section 2.3.1:
 * ISIZE); so of bodies that do not fit together some are inflated and the others refused at once, and not all of them halfway. That size
 * is only a hint, since anybody can write one: what comes on top of it is claimed as it comes.
 * @param pieces claimed already, and freed when they are inflated
 * @throws Refused
 */
export async function inflate(
  pieces: readonly Uint8Array[],
  maxBytes: number,
  claim: Claim,
): Promise<Uint8Array> {
  const compressedBytes = pieces.reduce((sum, { length }) => sum + length, 0);
  const hint = Math.min(sizeAtEnd(pieces), maxBytes, compressedBytes * mostFromOneByte);
  const isSmall = compressedBytes <= smallCompressedBytes && hint <= smallInflatedBytes;
  const small = isSmall ? inflateSmall(pieces, hint, claim) : undefined;
  return small ?? new Inflation(maxBytes, compressedBytes, claim).run(pieces, hint);
}

/** Modulo 2^32, and of several members the last one's. */
function sizeAtEnd(pieces: readonly Uint8Array[]): number {
  const end = Buffer.concat(pieces.slice(-4)).subarray(-4);
  return end.length === 4 ? end.readUInt32LE() : 0;
}

/**
 * @returns undefined if there is no room, or it is larger than it says: the long way finds out by how much
 * @throws Refused
 */
function inflateSmall(pieces: readonly Uint8Array[], size: number, claim: Claim): Uint8Array | undefined {
  if (!claim.take(size)) return undefined;
  try {
    const compressed = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    // With room for one byte more it is known at once that there is none.
    const body = gunzipSync(compressed, { maxOutputLength: size + 1, chunkSize: Math.max(64, size + 1) });
    if (body.length > size) throw new RangeError('it is not as small as it says');
    for (const piece of pieces) release(piece);
    return body;
  } catch (error) {
    claim.giveBack(size);
    if (error instanceof RangeError) return undefined;
    throw notGzip();
  }
}

/** One body on its way, in the thread pool. */
class Inflation {
  private readonly maxBytes: number;
  private readonly claim: Claim;
  private body = new Uint8Array(0);
  private length = 0;
  /** Of the pieces that are still to be inflated. */
  private leftBytes: number;
  private claimedBytes: number;

  constructor(maxBytes: number, compressedBytes: number, claim: Claim) {
    this.maxBytes = maxBytes;
    this.claim = claim;
    this.leftBytes = compressedBytes;
    this.claimedBytes = compressedBytes;
  }

  async run(pieces: readonly Uint8Array[], size: number): Promise<Uint8Array> {
    // As it is inflated what came becomes less: both together are never much more than the larger of them.
    if (!this.reserve(Math.max(size, this.leftBytes))) throw noRoom();
    this.body = uncleared(size);
    await this.inflate(pieces);
    this.claim.giveBack(this.claimedBytes - this.length);
    return this.length === this.body.length ? this.body : this.body.subarray(0, this.length);
  }

  private inflate(pieces: readonly Uint8Array[]): Promise<void> {
    // Not before there is room: each has memory of its own.
    const gunzip = createGunzip({ chunkSize: inflateChunkBytes });
    return new Promise((resolve, reject) => {
      const refuse = (refused: Refused): void => {
        gunzip.destroy();
        reject(refused);
      };
      gunzip.on('data', (chunk: Buffer) => {
        const refused = this.add(chunk);
        if (refused !== undefined) refuse(refused);
      });
      gunzip.on('error', () => refuse(notGzip()));
      gunzip.on('end', resolve);
      for (const piece of pieces) gunzip.write(piece, (error) => this.pieceDone(piece, error));
      gunzip.end();
    });
  }

  /** What was broken off may still be read by the thread that is at it: that is left to be collected. */
  private pieceDone(piece: Uint8Array, error: Error | null | undefined): void {
    this.leftBytes -= piece.length;
    if (!error) release(piece);
  }

  private add(chunk: Uint8Array): Refused | undefined {
    const length = this.length + chunk.length;
    if (length > this.maxBytes) return tooLarge(this.maxBytes);
    if (!this.reserve(length + this.leftBytes)) return noRoom();
    if (length > this.body.length) this.grow(length);
    this.body.set(chunk, this.length);
    this.length = length;
    return undefined;
  }

  private reserve(bytes: number): boolean {
    const missing = bytes - this.claimedBytes;
    if (missing <= 0) return true;
    if (!this.claim.take(missing)) return false;
    this.claimedBytes += missing;
    return true;
  }

  private grow(least: number): void {
    const larger = uncleared(Math.min(this.maxBytes, Math.max(least, this.body.length * 2)));
    larger.set(this.body.subarray(0, this.length));
    release(this.body);
    this.body = larger;
  }
}

function notGzip(): Refused {
  return new Refused('malformed', 'the body is not valid gzip');
}

/** Alone in its memory, which is as it was: none is touched before it is written. */
function uncleared(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
