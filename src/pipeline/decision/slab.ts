/** Small enough that what few spans leave unused is little. */
const blockBytes = 1024;
/** Memory is taken from the system by so many blocks at a time, when they are needed. */
const blocksTogether = 1024;

const none = -1;

/**
 * Memory of a fixed size for pieces of bytes that come and go in any order. It is made of blocks of one size, so that nothing is ever
 * moved and no hole is too small; those that were freed last are used first, so that little of it is touched while there is little to keep.
 */
export class Slab {
  private readonly mostBlocks: number;
  private readonly memory: Uint8Array[] = [];
  /** By block, the one after it: of the same piece, or else of those that are free. */
  private readonly next: Int32Array;
  private firstFree = none;
  private freeBlocks = 0;

  /** @param bytes at the most */
  constructor(bytes: number) {
    this.mostBlocks = Math.floor(bytes / blockBytes);
    this.next = new Int32Array(this.mostBlocks);
  }

  /** In use, as it counts towards the bound. */
  get bytesInUse(): number {
    return (this.madeBlocks - this.freeBlocks) * blockBytes;
  }

  /** @param bytes not empty. @returns where it is kept, or -1 if there is no room for all of it */
  store(bytes: Uint8Array): number {
    const blocks = blocksOf(bytes.length);
    if (blocks > this.mostBlocks - this.madeBlocks + this.freeBlocks) return -1;
    while (this.freeBlocks < blocks) this.grow();
    const first = this.firstFree;
    let last = none;
    for (let block = first, at = 0; at < bytes.length; block = this.next[block]!, at += blockBytes) {
      const { memory, offset } = this.placeOf(block);
      memory.set(bytes.subarray(at, at + blockBytes), offset);
      last = block;
    }
    this.firstFree = this.next[last]!;
    this.next[last] = none;
    this.freeBlocks -= blocks;
    return first;
  }

  /** Copies a piece out and frees its memory. @param place as `store` gave it. @param into as long as the piece */
  take(place: number, into: Uint8Array): void {
    let last = place;
    for (let block = place, at = 0; at < into.length; block = this.next[block]!, at += blockBytes) {
      const { memory, offset } = this.placeOf(block);
      into.set(memory.subarray(offset, offset + Math.min(blockBytes, into.length - at)), at);
      last = block;
    }
    this.next[last] = this.firstFree;
    this.firstFree = place;
    this.freeBlocks += blocksOf(into.length);
  }

  private get madeBlocks(): number {
    return Math.min(this.memory.length * blocksTogether, this.mostBlocks);
  }

  private grow(): void {
    const from = this.madeBlocks;
    this.memory.push(new Uint8Array(blocksTogether * blockBytes));
    for (let block = this.madeBlocks - 1; block >= from; block--) {
      this.next[block] = this.firstFree;
      this.firstFree = block;
      this.freeBlocks++;
    }
  }

  private placeOf(block: number): { memory: Uint8Array; offset: number } {
    return {
      memory: this.memory[Math.floor(block / blocksTogether)]!,
      offset: (block % blocksTogether) * blockBytes,
    };
  }
}

function blocksOf(length: number): number {
  return Math.ceil(length / blockBytes);
}
