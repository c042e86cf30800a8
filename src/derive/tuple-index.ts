/**
 * Gives each distinct group of four small integers a number, without making a string or an object to look one up.
 * Linear probing over one array; never holds more than `capacity` groups.
 */
export class TupleIndex {
  /** Four members and the number plus one, so that an all-zero slot is an empty one. */
  private readonly slots: Int32Array;
  private readonly mask: number;
  private readonly capacity: number;
  private size = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    const slotCount = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.mask = slotCount - 1;
    this.slots = new Int32Array(slotCount * slotWidth);
  }

  /** @returns the group's number, or -1 if it is not here */
  get(a: number, b: number, c: number, d: number): number {
    return this.slots[this.find(a, b, c, d) + 4]! - 1;
  }

  /** @returns false if it is full */
  set(a: number, b: number, c: number, d: number, number: number): boolean {
    const at = this.find(a, b, c, d);
    if (this.slots[at + 4] === 0) {
      if (this.size === this.capacity) return false;
      this.size++;
    }
    const { slots } = this;
    slots[at] = a;
    slots[at + 1] = b;
    slots[at + 2] = c;
    slots[at + 3] = d;
    slots[at + 4] = number + 1;
    return true;
  }

  get isFull(): boolean {
    return this.size === this.capacity;
  }

  clear(): void {
    this.slots.fill(0);
    this.size = 0;
  }

  private find(a: number, b: number, c: number, d: number): number {
    const { slots, mask } = this;
    let hash =
      Math.imul(a, 0x9e3779b1) ^
      Math.imul(b, 0x85ebca6b) ^
      Math.imul(c, 0xc2b2ae35) ^
      Math.imul(d, 0x27d4eb2f);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * slotWidth;
      if (slots[at + 4] === 0) return at;
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return at;
    }
  }
}

const slotWidth = 5;
