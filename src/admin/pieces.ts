import type { ServerResponse } from 'node:http';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A client that takes nothing for so long has gone. */
const stalledMillis = 30_000;

/**
 * Answers piece by piece as the client takes them, one ahead at most. Who goes away ends it. If a piece cannot be made, the connection is
 * broken off, so that what was sent is not taken for all.
 * @param through what happens to them on the way
 * @throws what the pieces throw
 */
export async function sendPieces(
  response: ServerResponse,
  pieces: AsyncIterable<string>,
  through: readonly Transform[] = [],
): Promise<void> {
  response.setTimeout(stalledMillis, () => response.destroy());
  try {
    await pipeline([Readable.from(pieces, { highWaterMark: 1 }), ...through, response]);
  } catch (error) {
    // Not ours to complain of.
    if (!isHangUp(error)) throw error;
  }
}

function isHangUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
