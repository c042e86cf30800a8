import type { IncomingMessage } from 'node:http';
import { joinedAndReleased } from '../runtime/release.ts';
import type { Claim } from './admission.ts';
import { Refused } from './answer.ts';
import { inflate } from './inflate.ts';
import { noRoom, tooLarge } from './limits.ts';
import { Pieces } from './pieces.ts';

/**
 * Reads a request's body, inflated if it was compressed. Every piece is claimed before the next is read, and what it is inflated to
 * before that is begun, so that memory is bounded whatever the headers promise. The body is alone in its memory.
 * @throws Refused
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  claim: Claim,
): Promise<Uint8Array> {
  const isCompressed = isGzip(request.headers['content-encoding']);
  if (claim.isHopeless()) throw noRoom();
  const pieces = await readPieces(request, maxBytes, claim);
  if (isCompressed) return inflate(pieces, maxBytes, claim);
  return pieces.length === 1 ? pieces[0]! : joinedAndReleased(pieces);
}

/** @throws Refused unless it is gzip, by either of its names (RFC 9110, section 8.4.1.3), or none */
function isGzip(contentEncoding: string | undefined): boolean {
  const coding = (contentEncoding ?? '').trim().toLowerCase();
  if (coding === 'gzip' || coding === 'x-gzip') return true;
  if (coding === '' || coding === 'identity') return false;
  throw new Refused('wrongType', 'the content encoding is not one of: gzip, identity');
}

/** What it announces is not claimed at once: who then sends nothing would keep others out. */
function readPieces(
  request: IncomingMessage,
  maxBytes: number,
  claim: Claim,
): Promise<readonly Uint8Array[]> {
  const announced = Number(request.headers['content-length']);
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const pieces = new Pieces();
    // The request is left as it is, not destroyed: a refusal must still reach its sender.
    const leave = (): void => {
      request.off('data', take).off('end', end).off('error', breakOff).off('close', breakOff).pause();
    };
    const refuse = (refused: Refused): void => {
      leave();
      reject(refused);
    };
    const take = (piece: Buffer): void => {
      if (pieces.length + piece.length > maxBytes) refuse(tooLarge(maxBytes));
      else if (claim.take(piece.length)) pieces.add(piece);
      else refuse(noRoom());
    };
    const end = (): void => {
      leave();
      resolve(pieces.list());
    };
    const breakOff = (): void => refuse(new Refused('malformed', 'the body ended before its end'));
    request.on('data', take).on('end', end).on('error', breakOff).on('close', breakOff);
  });
}
