/** What is shorter costs little; what is longer is rare. */
const leastBytes = 16 * 1024;
const mostBytes = 2 ** 20;

/** Kept for what comes next, in bytes. */
const mostIdleBytes = 4 * 2 ** 20;

/**
 * Memory for requests on their way through, used again. The engine counts what it lends out of its heap and marks the whole heap for
 * every 64 MiB of it: at a few hundred requests a second that costs more than all that is done with them.
 *
 * What is not given back is collected as everything else: who cannot be sure that nobody reads it any more keeps it.
 */
export class BytePool {
  /** By their length. */
  private readonly idle = new Map<number, ArrayBuffer[]>();
  private idleBytes = 0;
  /** What may come back, and has not. */
  private readonly lent = new WeakSet<ArrayBuffer>();

  /**
   * Memory that nobody else has, of which so many bytes are shown. It is at most a quarter longer, and not cleared: others have
   * written there.
   */
  take(length: number): Uint8Array {
    if (length < leastBytes || length > mostBytes) return new Uint8Array(uncleared(length));
    const size = sizeFor(length);
    const known = this.idle.get(size)?.pop();
    if (known !== undefined) this.idleBytes -= size;
    const memory = known ?? uncleared(size);
    this.lent.add(memory);
    return new Uint8Array(memory, 0, length);
  }

  /** Nobody reads or writes it any more. What did not come from here, or is back already, is left alone. */
  giveBack({ buffer }: Uint8Array): void {
    if (!(buffer instanceof ArrayBuffer) || !this.lent.delete(buffer)) return;
    const size = buffer.byteLength;
    if (this.idleBytes + size > mostIdleBytes) return;
    this.idleBytes += size;
    const same = this.idle.get(size);
    if (same === undefined) this.idle.set(size, [buffer]);
    else same.push(buffer);
  }
}

function uncleared(length: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(length).buffer;
}

/** Few different sizes, so that what comes back fits what comes next: four from each power of two to the next. */
function sizeFor(length: number): number {
  const step = 2 ** (Math.floor(Math.log2(length)) - 2);
  return Math.ceil(length / step) * step;
}

/** Of the process: requests pass from room to room, and it is memory, not behaviour, that is shared. */
export const requestBytes = new BytePool();
