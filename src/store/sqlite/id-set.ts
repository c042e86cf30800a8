const leastSlots = 1024;

/**
 * A set of event ids, by 64 bits: 16 bytes an id where a table's index would have a page of it written for nearly each. Two ids with the
 * same bits are one to it, which will not be seen.
 */
export class IdSet {
  /** Two numbers a slot, both 0 in an empty one; at least half of the slots are. */
  private slots = new Int32Array(2 * leastSlots);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** @param id 32 hex digits */
  has(id: string): boolean {
    const [high, low] = [highOf(id), lowOf(id)];
    return this.slots[this.find(high, low) + 1] !== 0;
  }

  /** @returns whether it is new */
  add(id: string): boolean {
    const [high, low] = [highOf(id), lowOf(id)];
    const at = this.find(high, low);
    if (this.slots[at + 1] !== 0) return false;
    this.slots[at] = high;
    this.slots[at + 1] = low;
    this.count++;
    if (this.count * 4 > this.slots.length) this.grow();
    return true;
  }

  /** Where it is, or else would be put. */
  private find(high: number, low: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = (low << 1) & mask;
    while (slots[at + 1] !== 0 && (slots[at] !== high || slots[at + 1] !== low)) at = (at + 2) & mask;
    return at;
  }

  private grow(): void {
    const { slots } = this;
    this.slots = new Int32Array(slots.length * 2);
    for (let at = 0; at < slots.length; at += 2) {
      if (slots[at + 1] === 0) continue;
      const to = this.find(slots[at]!, slots[at + 1]!);
      this.slots[to] = slots[at]!;
      this.slots[to + 1] = slots[at + 1]!;
    }
  }
}

/** With the time that the id begins with: the same failure may happen again. */
function highOf(id: string): number {
  return (
    Number.parseInt(id.slice(-16, -8), 16) ^
    Math.imul(Number.parseInt(id.slice(1, 12), 16) / 1024, 0x9e3779b1)
  );
}

/** Never 0, which marks an empty slot. */
function lowOf(id: string): number {
  return Number.parseInt(id.slice(-8), 16) | 0 || 1;
}
