/** More than can be written is waiting already. */
export class WriterBusy extends Error {
  override readonly name = 'WriterBusy';
}

export interface Piece {
  buffers: readonly Uint8Array[];
}

interface Waiting<P, T> {
  piece: P;
  resolve: (result: T) => void;
  reject: (error: unknown) => void;
}

/** Of the bytes that may wait, a piece that is small. */
const smallShare = 1 / 32;

/**
 * Puts what is to be written while a write is under way into the next one, all of it together. One write at a time: what is
 * written stands in the order in which it came.
 */
export class GroupWriter<P extends Piece, T> {
  private readonly write: (pieces: readonly P[]) => Promise<T>;
  private readonly maxBytes: number;
  private waiting: Waiting<P, T>[] = [];
  /** Apart, so that nothing small is refused since something large is being written. */
  private readonly waitingBytes = { small: 0, large: 0 };
  private working: Promise<void> | undefined;

  /** @param maxBytes that may wait together, of small pieces and of large ones */
  constructor(maxBytes: number, write: (pieces: readonly P[]) => Promise<T>) {
    this.maxBytes = maxBytes;
    this.write = write;
  }

  /** @throws WriterBusy, or whatever the write throws */
  add(piece: P): Promise<T> {
    const bytes = sizeOf(piece);
    const size = this.classOf(bytes);
    const waiting = this.waitingBytes[size];
    // However large it is, one by itself is taken: it never would be otherwise.
    if (waiting > 0 && waiting + bytes > this.maxBytes)
      return Promise.reject(new WriterBusy('the disk is too slow'));
    this.waitingBytes[size] += bytes;
    return new Promise((resolve, reject) => {
      this.waiting.push({ piece, resolve, reject });
      this.working ??= this.work();
    });
  }

  /** That wait or are being written. */
  get bytes(): number {
    return this.waitingBytes.small + this.waitingBytes.large;
  }

  private classOf(bytes: number): 'small' | 'large' {
    return bytes <= this.maxBytes * smallShare ? 'small' : 'large';
  }

  /** Waits until everything is written. */
  async drained(): Promise<void> {
    await this.working;
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        const result = await this.write(group.map(({ piece }) => piece));
        for (const { resolve } of group) resolve(result);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
      for (const { piece } of group) {
        const bytes = sizeOf(piece);
        this.waitingBytes[this.classOf(bytes)] -= bytes;
      }
    }
    this.working = undefined;
  }
}

function sizeOf({ buffers }: Piece): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}
