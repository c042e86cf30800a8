/** Of all bytes, what requests that are not small leave to those that are. */
const leftToSmall = 1 / 8;
/** Of all bytes, what a request may take and still be small: several times what SDKs send. */
const smallShare = 1 / 32;
/** More than header and trailer of any gzip that is longer than what is in it: so much more may be there while it is inflated. */
const slackBytes = 64 * 1024;

/**
 * How many bytes of request bodies may be in memory at once, as they came and inflated. Nothing waits for room: who finds
 * none is asked to come again, so that a flood cannot pile up in front of the door either. Some room is only for small requests, so
 * that a few that are very large, or very slow, keep nobody else out.
 */
export class Admission {
  /** The largest body that there can ever be room for: what is larger is never to be asked to come again. */
  readonly mostOfOne: number;
  private readonly maxBytes: number;
  private readonly mostOfLarge: number;
  private readonly isShort: () => boolean;
  private usedBytes = 0;

  /** @param isShort says whether the process as a whole has no memory left, whoever took it */
  constructor(maxBytes: number, isShort: () => boolean = () => false) {
    this.maxBytes = maxBytes;
    this.mostOfLarge = Math.floor(maxBytes * (1 - leftToSmall));
    this.mostOfOne = this.mostOfLarge - slackBytes;
    this.isShort = isShort;
  }

  /** A claim of one request, empty as yet. */
  open(): Claim {
    let claimed = 0;
    return {
      isHopeless: this.isShort,
      take: (bytes) => {
        const isSmall = claimed + bytes <= this.maxBytes * smallShare;
        if (this.usedBytes + bytes > (isSmall ? this.maxBytes : this.mostOfLarge)) return false;
        this.usedBytes += bytes;
        claimed += bytes;
        return true;
      },
      giveBack: (bytes) => {
        this.usedBytes -= bytes;
        claimed -= bytes;
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
  /** Whether there is no use in reading the request, since there is no memory for what would be made of it. */
  isHopeless(): boolean;
  /** @returns false if there is no room; nothing is taken then */
  take(bytes: number): boolean;
  /** @param bytes no more than were taken */
  giveBack(bytes: number): void;
  /** Gives everything back. */
  release(): void;
}
