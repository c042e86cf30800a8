/**
 * Columns of one span in a `SpanTable`: first offsets into the bytes of the request, and how long the texts there are, all -1 where
 * the field is absent; then numbers, 0 where it is.
 */
export const column = {
  traceId: 0,
  spanId: 1,
  parentSpanId: 2,
  startTime: 3,
  endTime: 4,
  name: 5,
  nameLength: 6,
  traceState: 7,
  traceStateLength: 8,
  statusMessage: 9,
  statusMessageLength: 10,
  start: 11,
  end: 12,
  resource: 13,
  scope: 14,
  flags: 15,
  kind: 16,
  statusCode: 17,
  /** 1 if one of its events is named `exception`. */
  hasException: 18,
  /** In `TraceBatch.names`; -1 if it has none there. */
  nameNumber: 19,
} as const;

const firstNumber = column.start;
export const columns = 20;
/** Columns with an offset; the others have a length, or a number. */
const offsets = [
  column.traceId,
  column.spanId,
  column.parentSpanId,
  column.startTime,
  column.endTime,
  column.name,
  column.traceState,
  column.statusMessage,
  column.start,
  column.end,
];

/**
 * Where each span of one request is, as rows of integers. One growing array instead of an object a span: the
 * scanner fills it once and the views read from it. Attributes and events have no rows, since most spans are never
 * asked for them, and a hostile request could hold millions of empty ones.
 */
export class SpanTable {
  cells = new Int32Array(256 * columns);
  /** Nanoseconds from start to end, by span. */
  durations = new Float64Array(256);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Adds a row with every offset absent and every number 0, and returns the index of its first cell. */
  append(): number {
    const row = this.length * columns;
    if (row + columns > this.cells.length) this.grow();
    // One by one: what there is for filling arrays costs more to call than so few cells.
    const { cells } = this;
    for (let cell = row; cell < row + firstNumber; cell++) cells[cell] = -1;
    for (let cell = row + firstNumber; cell < row + columns; cell++) cells[cell] = 0;
    this.length++;
    return row;
  }

  /** Copies the row of a span, to be put into another table: its offsets are from where the span begins. */
  copyRow(index: number, into: Int32Array, at: number): void {
    const { cells } = this;
    const row = index * columns;
    for (let cell = 0; cell < columns; cell++) into[at + cell] = cells[row + cell]!;
    shift(into, at, -cells[row + column.start]!);
  }

  /** Adds such a row, for a span that begins at `start` here. What other parts of the request it points to is to be written. */
  appendRow(from: Int32Array, at: number, start: number): number {
    const row = this.append();
    const { cells } = this;
    for (let cell = 0; cell < columns; cell++) cells[row + cell] = from[at + cell]!;
    shift(cells, row, start);
    return row;
  }

  /** Takes the last row back. */
  retract(): void {
    this.length--;
  }

  private grow(): void {
    const larger = new Int32Array(this.cells.length * 2);
    larger.set(this.cells);
    this.cells = larger;
    const longer = new Float64Array(this.durations.length * 2);
    longer.set(this.durations);
    this.durations = longer;
  }
}

function shift(cells: Int32Array, row: number, by: number): void {
  for (const offset of offsets) if (cells[row + offset] !== -1) cells[row + offset]! += by;
}
