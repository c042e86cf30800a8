/** What is known of a waiter. */
export const field = {
  /** The span that it waits for, in 64 bits that follow from its ids and its resource: two with the same will hardly ever be. */
  hash: 0,
  bits: 1,
  /** Those before and after it that wait for spans with the same hash. */
  before: 2,
  after: 3,
  /** Those of its kind that came before and after it. */
  older: 4,
  newer: 5,
  /** The topmost span above the one that it waited for, once that has come; `none` while it waits. */
  calledBy: 6,
  /** What becomes of it if that span does not come, a `Fate`; of a mark `keepAll` if the rest is kept whatever the sampling ratio is. */
  otherwise: 7,
  /** Its first record; `none` of a mark. */
  record: 8,
  spans: 9,
  /** By its number, the request that it came in. */
  origin: 10,
} as const;
const fields = 11;

export type Field = (typeof field)[keyof typeof field];

export const none = -1;

/**
 * What waits for spans that are to come: parts of local traces, and marks that say that a part of one was kept. Each is a number, and
 * what is known of it stands in a table: there may be ten thousands of them, and so many objects that live for a while are a burden.
 *
 * A part is the spans of one request that hang together, below a span that is to come: another one further up, once that has come
 * without its local root.
 */
export class Waiters {
  private cells = new Int32Array(256 * fields);
  private untils = new Float64Array(256);
  private made = 0;
  /** The others that are free come behind it. */
  private firstFree = none;

  get(waiter: number, which: Field): number {
    return this.cells[waiter * fields + which]!;
  }

  set(waiter: number, which: Field, value: number): void {
    this.cells[waiter * fields + which] = value;
  }

  isPart(waiter: number): boolean {
    return this.get(waiter, field.record) !== none;
  }

  /** By the monotonic clock, when it has had its time; 0 if it is in no list of such. */
  untilOf(waiter: number): number {
    return this.untils[waiter]!;
  }

  setUntil(waiter: number, until: number): void {
    this.untils[waiter] = until;
  }

  /** One that is in no list yet, and has no record. */
  add(hash: number, bits: number, otherwise: number): number {
    const waiter = this.place();
    const at = waiter * fields;
    const { cells } = this;
    cells[at + field.hash] = hash;
    cells[at + field.bits] = bits;
    cells[at + field.before] = none;
    cells[at + field.after] = none;
    cells[at + field.older] = none;
    cells[at + field.newer] = none;
    cells[at + field.calledBy] = none;
    cells[at + field.otherwise] = otherwise;
    cells[at + field.record] = none;
    cells[at + field.spans] = 0;
    cells[at + field.origin] = none;
    this.untils[waiter] = 0;
    return waiter;
  }

  /** @param waiter that is in no list any more */
  delete(waiter: number): void {
    this.set(waiter, field.after, this.firstFree);
    this.firstFree = waiter;
  }

  private place(): number {
    const { firstFree } = this;
    if (firstFree !== none) {
      this.firstFree = this.get(firstFree, field.after);
      return firstFree;
    }
    if (this.made === this.untils.length) this.grow();
    return this.made++;
  }

  private grow(): void {
    const { cells, untils } = this;
    this.cells = new Int32Array(cells.length * 2);
    this.cells.set(cells);
    this.untils = new Float64Array(untils.length * 2);
    this.untils.set(untils);
  }
}
