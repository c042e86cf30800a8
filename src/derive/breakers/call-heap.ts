import type { EndedCall } from './shadow-breaker.ts';

/** Numbers of a row: when the call ended, its number, when it began, when it came, and 1 if it failed. */
const column = { end: 0, number: 1, start: 2, arrivedAt: 3, isFailure: 4 } as const;
const columns = 5;

/** Calls by when they ended; of those that ended at the same time the first that came. A heap of numbers: under load there are many. */
export class CallHeap {
  size = 0;
  private rows = new Float64Array(4 * columns);
  private added = 0;

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
    rows[row + column.number] = ++this.added;
    rows[row + column.start] = start;
    rows[row + column.arrivedAt] = arrivedAt;
    rows[row + column.isFailure] = isFailure ? 1 : 0;
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
    into.isFailure = rows[column.isFailure] === 1;
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
    const larger = new Float64Array(this.rows.length * 2);
    larger.set(this.rows);
    this.rows = larger;
  }
}

function parentOf(at: number): number {
  return (at - 1) >> 1;
}
