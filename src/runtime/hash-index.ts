const leastSlots = 2 ** 10;
const empty = 0;

/**
 * Numbers by hashes of 32 bits. It is asked for every span, and says in one look what a Map takes several for; most often it is
 * small, and so always near.
 */
export class HashIndex {
  /** Of each slot its hash and its number. There are at least three times as many as there are hashes, or one has to look far. */
  private cells = new Int32Array(leastSlots * 2);
  /** Hashes that have a number. */
  size = 0;

  has(hash: number): boolean {
    return this.cells[this.cellOf(hash)] !== empty;
  }

  /** @returns -1 if there is none */
  get(hash: number): number {
    const cell = this.cellOf(hash);
    return this.cells[cell] === empty ? -1 : this.cells[cell + 1]!;
  }

  /** For who only asks whether it has one. */
  add(hash: number): void {
    this.set(hash, 0);
  }

  /** @param number of 32 bits, in the place of the one that there was */
  set(hash: number, number: number): void {
    const cell = this.cellOf(hash);
    const isNew = this.cells[cell] === empty;
    this.cells[cell] = named(hash);
    this.cells[cell + 1] = number;
    if (isNew && ++this.size * 6 > this.cells.length) this.resize(this.cells.length * 4);
  }

  delete(hash: number): void {
    const { cells } = this;
    const last = cells.length - 1;
    let hole = this.cellOf(hash);
    if (cells[hole] === empty) return;
    // What was put further on since its own slot was taken moves up: a look ends at the first empty one.
    for (let cell = (hole + 2) & last; cells[cell] !== empty; cell = (cell + 2) & last) {
      const wayFromHome = (cell - (cells[cell]! << 1)) & last;
      if (wayFromHome < ((cell - hole) & last)) continue;
      cells[hole] = cells[cell]!;
      cells[hole + 1] = cells[cell + 1]!;
      hole = cell;
    }
    cells[hole] = empty;
    this.size--;
    if (this.size * 96 < cells.length && cells.length > leastSlots * 2) this.resize(cells.length / 4);
  }

  private resize(length: number): void {
    const { cells } = this;
    this.cells = new Int32Array(length);
    for (let cell = 0; cell < cells.length; cell += 2) {
      if (cells[cell] === empty) continue;
      const place = this.cellOf(cells[cell]!);
      this.cells[place] = cells[cell]!;
      this.cells[place + 1] = cells[cell + 1]!;
    }
  }

  /** Where it is, or else would be put. */
  private cellOf(hash: number): number {
    const { cells } = this;
    const last = cells.length - 1;
    const wanted = named(hash);
    let cell = (wanted << 1) & last;
    while (cells[cell] !== empty && cells[cell] !== wanted) cell = (cell + 2) & last;
    return cell;
  }
}

/** Two hashes have one name, so that one is left for what is empty. */
function named(hash: number): number {
  return hash === empty ? 1 : hash;
}

/** In 32 bits, what tells a span apart whose ids another service uses as well. @param bits that follow from its resource, too */
export function nameOf(hash: number, bits: number): number {
  return hash ^ bits;
}
