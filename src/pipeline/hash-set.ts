const leastSlots = 2 ** 10;
const empty = 0;

/**
 * A set of hashes of 32 bits. It is asked for every span, and says in one look what a Map takes several for; most often it is small,
 * and so always near.
 */
export class HashSet {
  /** At least three times as many as there are hashes, or one has to look far. */
  private hashes = new Int32Array(leastSlots);
  private count = 0;

  has(hash: number): boolean {
    return this.hashes[this.slotOf(hash)] !== empty;
  }

  add(hash: number): void {
    const slot = this.slotOf(hash);
    if (this.hashes[slot] !== empty) return;
    this.hashes[slot] = named(hash);
    this.count++;
    if (this.count * 3 > this.hashes.length) this.resize(this.hashes.length * 4);
  }

  delete(hash: number): void {
    const { hashes } = this;
    const mask = hashes.length - 1;
    let hole = this.slotOf(hash);
    if (hashes[hole] === empty) return;
    // What was put further on since its own slot was taken moves up: a look ends at the first empty one.
    for (let slot = (hole + 1) & mask; hashes[slot] !== empty; slot = (slot + 1) & mask) {
      const wayFromHome = (slot - hashes[slot]!) & mask;
      if (wayFromHome < ((slot - hole) & mask)) continue;
      hashes[hole] = hashes[slot]!;
      hole = slot;
    }
    hashes[hole] = empty;
    this.count--;
    if (this.count * 48 < hashes.length && hashes.length > leastSlots) this.resize(hashes.length / 4);
  }

  private resize(slots: number): void {
    const { hashes } = this;
    this.hashes = new Int32Array(slots);
    for (const hash of hashes) if (hash !== empty) this.hashes[this.slotOf(hash)] = hash;
  }

  /** Where it is, or else would be put. */
  private slotOf(hash: number): number {
    const { hashes } = this;
    const mask = hashes.length - 1;
    const wanted = named(hash);
    let slot = wanted & mask;
    while (hashes[slot] !== empty && hashes[slot] !== wanted) slot = (slot + 1) & mask;
    return slot;
  }
}

/** Two hashes have one name, so that one is left for what is empty. */
function named(hash: number): number {
  return hash === empty ? 1 : hash;
}
