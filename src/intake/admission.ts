/**
 * How many bytes of request bodies may be in memory at once, as they came and inflated. Nothing waits for room: who finds
 * none is asked to come again, so that a flood cannot pile up in front of the door either.
 */
export class Admission {
  private readonly maxBytes: number;
  private usedBytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** A claim of one request, empty as yet. */
  open(): Claim {
    let claimed = 0;
    return {
      take: (bytes) => {
        if (this.usedBytes + bytes > this.maxBytes) return false;
        this.usedBytes += bytes;
        claimed += bytes;
        return true;
      },
      release: () => {
        this.usedBytes -= claimed;
        claimed = 0;
      },
    };
  }

  get bytesInUse(): number {
    return this.usedBytes;
  }
}

export interface Claim {
  /** @returns false if there is no room; nothing is taken then */
  take(bytes: number): boolean;
  /** Gives everything back. */
  release(): void;
}
