/** So large that most spans take one, and small enough that what they leave unused is little. */
export const blockBytes = 512;
/** Memory is taken from the system by so many blocks at a time, when they are needed. */
const blocksTogether = 2048;

const none = -1;

/** A piece of the memory, as bytes and as cells of four. */
interface Stretch {
  bytes: Uint8Array;
  cells: Int32Array;
}

/**
 * Memory of a fixed size for records that come and go in any order: some cells, and bytes after them. It is made of blocks of one
 * size, so that nothing is ever moved and no hole is too small; those that were freed last are used first, so that little of it is
 * touched while there is little to keep.
 */
export class Slab {
  private readonly mostBlocks: number;
  private readonly headBytes: number;
  private readonly stretches: Stretch[] = [];
  /** By block, the one after it: of the same record, or else of those that are free. */
  private next = new Int32Array(0);
  private firstFree = none;
  private freeBlocks = 0;

  /** @param bytes at the most. @param cells of each record, at its beginning: fewer than a block has room for */
  constructor(bytes: number, cells: number) {
    this.mostBlocks = Math.floor(bytes / blockBytes);
    this.headBytes = cells * 4;
  }

  /** In use, as it counts towards the bound. */
  get bytesInUse(): number {
    return (this.next.length - this.freeBlocks) * blockBytes;
  }

  /** How many blocks a record with so many bytes takes. */
  blocksFor(length: number): number {
    return Math.max(1, Math.ceil((this.headBytes + length) / blockBytes));
  }

  hasRoomFor(blocks: number): boolean {
    return blocks <= this.mostBlocks - this.next.length + this.freeBlocks;
  }

  /**
   * There must be room for it. Its cells are as they were left, and are to be written.
   * @returns its number, until it is deleted
   */
  add(bytes: Uint8Array, start: number, end: number): number {
    const blocks = this.blocksFor(end - start);
    while (this.freeBlocks < blocks) this.grow();
    const first = this.firstFree;
    let last = first;
    let from = start;
    for (let room = this.headBytes; ; room = 0) {
      const to = Math.min(end, from + blockBytes - room);
      this.stretchOf(last).bytes.set(bytes.subarray(from, to), offsetOf(last) + room);
      from = to;
      if (from === end) break;
      last = this.next[last]!;
    }
    this.firstFree = this.next[last]!;
    this.next[last] = none;
    this.freeBlocks -= blocks;
    return first;
  }

  /** Where its cells begin in `cells`. */
  static cellOf(record: number): number {
    return offsetOf(record) / 4;
  }

  /** In which the record's are, among others. */
  cells(record: number): Int32Array {
    return this.stretchOf(record).cells;
  }

  /** Copies the bytes of a record. @param length of all of them */
  copy(record: number, length: number, into: Uint8Array, at: number): void {
    let block = record;
    let copied = 0;
    for (let room = this.headBytes; copied < length; room = 0, block = this.next[block]!) {
      const some = Math.min(length - copied, blockBytes - room);
      const from = offsetOf(block) + room;
      into.set(this.stretchOf(block).bytes.subarray(from, from + some), at + copied);
      copied += some;
    }
  }

  delete(record: number): void {
    let last = record;
    let blocks = 1;
    for (; this.next[last] !== none; last = this.next[last]!) blocks++;
    this.next[last] = this.firstFree;
    this.firstFree = record;
    this.freeBlocks += blocks;
  }

  private grow(): void {
    const from = this.next.length;
    const to = Math.min(from + blocksTogether, this.mostBlocks);
    const memory = new ArrayBuffer((to - from) * blockBytes);
    this.stretches.push({ bytes: new Uint8Array(memory), cells: new Int32Array(memory) });
    const longer = new Int32Array(to);
    longer.set(this.next);
    this.next = longer;
    for (let block = to - 1; block >= from; block--) {
      this.next[block] = this.firstFree;
      this.firstFree = block;
    }
    this.freeBlocks += to - from;
  }

  private stretchOf(block: number): Stretch {
    return this.stretches[Math.floor(block / blocksTogether)]!;
  }
}

/** In its stretch. */
function offsetOf(block: number): number {
  return (block % blocksTogether) * blockBytes;
}
