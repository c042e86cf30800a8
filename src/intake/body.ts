import type { IncomingMessage } from 'node:http';
import { createGunzip, gunzipSync } from 'node:zlib';
import { release } from '../runtime/release.ts';
import type { Claim } from './admission.ts';
import { Refused } from './answer.ts';

/**
 * Bodies that are small both ways, which is nearly all of them, are inflated at once: quicker than by turns with the thread
 * pool, and too little to hold anybody up.
 */
const smallCompressedBytes = 64 * 1024;
const smallInflatedBytes = 1024 * 1024;
/** One pass of inflating makes at most this much before the limits are looked at again. */
const inflateChunkBytes = 256 * 1024;

/**
 * Reads a request's body, inflated if it was compressed. Every piece is claimed before the next is read, as it came and as
 * it is inflated, so that memory is bounded whatever the headers promise. The body is alone in its memory.
 * @throws Refused
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  claim: Claim,
): Promise<Uint8Array> {
  const isCompressed = isGzip(request.headers['content-encoding']);
  const body = await readRaw(request, maxBytes, claim);
  if (!isCompressed) return body;
  const inflated = inflateSmall(body, maxBytes, claim) ?? (await inflate(body, maxBytes, claim));
  release(body);
  return inflated;
}

/** @throws Refused unless it is gzip, by either of its names (RFC 9110, section 8.4.1.3), or none */
function isGzip(contentEncoding: string | undefined): boolean {
  const coding = (contentEncoding ?? '').trim().toLowerCase();
  if (coding === 'gzip' || coding === 'x-gzip') return true;
  if (coding === '' || coding === 'identity') return false;
  throw new Refused('wrongType', 'the content encoding is not one of: gzip, identity');
}

function readRaw(request: IncomingMessage, maxBytes: number, claim: Claim): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length']);
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    // The request is left as it is, not destroyed: a refusal must still reach its sender.
    const leave = (): void => {
      request.off('data', take).off('end', end).off('error', breakOff).off('close', breakOff).pause();
    };
    const refuse = (refused: Refused): void => {
      leave();
      reject(refused);
    };
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) refuse(tooLarge(maxBytes));
      else if (claim.take(chunk.length)) chunks.push(chunk);
      else refuse(overloaded());
    };
    const end = (): void => {
      leave();
      resolve(whole(chunks, length));
    };
    const breakOff = (): void => refuse(new Refused('malformed', 'the body ended before its end'));
    request.on('data', take).on('end', end).on('error', breakOff).on('close', breakOff);
  });
}

function whole(chunks: readonly Buffer[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const body = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(body, at);
  // After all of them: pieces of what was inflated may share their memory.
  for (const chunk of chunks) release(chunk);
  return body;
}

/** @returns undefined if it does not turn out small and well, which is then found out and said the long way */
function inflateSmall(compressed: Uint8Array, maxBytes: number, claim: Claim): Uint8Array | undefined {
  if (compressed.length > smallCompressedBytes) return undefined;
  try {
    const body = gunzipSync(compressed, {
      maxOutputLength: Math.min(smallInflatedBytes, maxBytes),
      chunkSize: inflateChunkBytes,
    });
    return claim.take(body.length) ? body : undefined;
  } catch {
    return undefined;
  }
}

function inflate(compressed: Uint8Array, maxBytes: number, claim: Claim): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const gunzip = createGunzip({ chunkSize: inflateChunkBytes });
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (refused: Refused): void => {
      gunzip.destroy();
      reject(refused);
    };
    gunzip.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) refuse(tooLarge(maxBytes));
      else if (claim.take(chunk.length)) chunks.push(chunk);
      else refuse(overloaded());
    });
    gunzip.on('error', () => refuse(new Refused('malformed', 'the body is not valid gzip')));
    gunzip.on('end', () => resolve(whole(chunks, length)));
    gunzip.end(compressed);
  });
}

function tooLarge(maxBytes: number): Refused {
  return new Refused(
    'tooLarge',
    `the body is larger than ${maxBytes} bytes, the most that is taken; send smaller batches`,
  );
}

function overloaded(): Refused {
  return new Refused('overloaded', 'too many bytes of requests are in memory; send again');
}
