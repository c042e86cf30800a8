import type { EndedCall } from './shadow-breaker.ts';

/** Numbers of a row: when the call ended, twice its number and one more if it failed, when it began, and when it came. */
const column = { end: 0, number: 1, start: 2, arrivedAt: 3 } as const;
const columns = 4;
const fewest = 4;

/** Calls by when they ended; of those that ended at the same time the first that came. A heap of numbers: under load there are many. */
export class CallHeap {
  size = 0;
  private readonly most: number;
  private rows = new Float64Array(fewest * columns);
  private added = 0;

  /** @param most there will be at once */
  constructor(most: number) {
    this.most = most;
  }

  /** @param end as which it counts. @param arrivedAt by the monotonic clock */
  add(start: number, end: number, isFailure: boolean, arrivedAt: number): void {
    if ((this.size + 1) * columns > this.rows.length) this.grow();
    const { rows } = this;
    let at = this.size++;
    for (; at > 0; at = parentOf(at)) {
      const parent = parentOf(at);
      if (rows[parent * columns + column.end]! <= end) break;
      this.move(parent, at);
    }
    const row = at * columns;
    rows[row + column.end] = end;
    rows[row + column.number] = 2 * ++this.added + (isFailure ? 1 : 0);
    rows[row + column.start] = start;
    rows[row + column.arrivedAt] = arrivedAt;
  }

  /** When the first came; there must be one. */
  get firstArrivedAt(): number {
    return this.rows[column.arrivedAt]!;
  }

  /** Takes the first out; there must be one. @param into is written over */
  take(into: EndedCall): void {
    const { rows } = this;
    into.start = rows[column.start]!;
    into.end = rows[column.end]!;
    into.isFailure = rows[column.number]! % 2 === 1;
    const last = --this.size;
    let at = 0;
    for (;;) {
      const child = this.earlierChildOf(at);
      if (child >= last || this.isEarlier(last, child)) break;
      this.move(child, at);
      at = child;
    }
    this.move(last, at);
  }

  /** Gives memory back, where it is empty. */
  trim(): void {
    if (this.size === 0 && this.rows.length > fewest * columns)
      this.rows = new Float64Array(fewest * columns);
  }

  private earlierChildOf(at: number): number {
    const child = 2 * at + 1;
    return child + 1 < this.size && this.isEarlier(child + 1, child) ? child + 1 : child;
  }

  private isEarlier(one: number, other: number): boolean {
    const { rows } = this;
    const end = rows[one * columns + column.end]!;
    const otherEnd = rows[other * columns + column.end]!;
    if (end !== otherEnd) return end < otherEnd;
    return rows[one * columns + column.number]! < rows[other * columns + column.number]!;
  }

  private move(from: number, to: number): void {
    const { rows } = this;
    for (let i = 0; i < columns; i++) rows[to * columns + i] = rows[from * columns + i]!;
  }

  private grow(): void {
    const larger = new Float64Array(Math.min(this.rows.length * 2, this.most * columns));
    larger.set(this.rows);
    this.rows = larger;
  }
}

function parentOf(at: number): number {
  return (at - 1) >> 1;
}
