/** Less than that costs little. */
const leastBytes = 4096;

/**
 * Frees memory that nobody reads or writes any more, now and not when it is collected. The engine marks its whole heap for every 64 MiB
 * that it has lent out of it: at a few hundred requests a second that would cost more than all that is done with them.
 *
 * Who still looks at the bytes finds none. Who cannot be sure that the system does not read them (a write that is late, a connection
 * that is being closed) leaves them to be collected.
 * @param bytes alone in their memory. What Node divides among many is left alone, and so is what threads share
 */
export function release({ buffer, byteLength }: Uint8Array): void {
  const isAlone = byteLength === buffer.byteLength || buffer.byteLength > Buffer.poolSize;
  if (isAlone && byteLength >= leastBytes && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Several pieces as one, in memory of its own. Each is freed as soon as it is copied, so that nothing is there twice for long. */
export function joinedAndReleased(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = Buffer.allocUnsafeSlow(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
    release(piece);
  }
  return whole;
}
