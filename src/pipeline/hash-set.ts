const slots = 2 ** 16;
const mask = slots - 1;
const empty = 0;

/**
 * A set of hashes of 32 bits, of which there are at most a third as many as it has slots. It is asked for every span, and says in one
 * look what a Map takes several for.
 */
export class HashSet {
  private readonly hashes = new Int32Array(slots);

  has(hash: number): boolean {
    return this.hashes[this.slotOf(hash)] !== empty;
  }

  add(hash: number): void {
    this.hashes[this.slotOf(hash)] = named(hash);
  }

  delete(hash: number): void {
    const { hashes } = this;
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
  }

  /** Where it is, or else would be put. */
  private slotOf(hash: number): number {
    const { hashes } = this;
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
