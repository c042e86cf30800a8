/** Columns of one span in a `SpanTable`; offsets are into the bytes of the request, -1 where the field is absent. */
export const column = {
  start: 0,
  end: 1,
  resource: 2,
  scope: 3,
  traceId: 4,
  spanId: 5,
  parentSpanId: 6,
  flags: 7,
  kind: 8,
  statusCode: 9,
  name: 10,
  nameLength: 11,
  startTime: 12,
  endTime: 13,
  traceState: 14,
  traceStateLength: 15,
  statusMessage: 16,
  statusMessageLength: 17,
  /** 1 if one of its events is named `exception`. */
  hasException: 18,
} as const;

export const columns = 19;

/**
 * Where each span of one request is, as rows of integers. One growing array instead of an object a span: the
 * scanner fills it once and the views read from it. Attributes and events have no rows, since most spans are never
 * asked for them, and a hostile request could hold millions of empty ones.
 */
export class SpanTable {
  cells = new Int32Array(256 * columns);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Adds a row with every offset absent and every number 0, and returns the index of its first cell. */
  append(): number {
    const row = this.length * columns;
    if (row + columns > this.cells.length) this.grow();
    this.cells.fill(0, row, row + columns);
    for (const offset of offsets) this.cells[row + offset] = -1;
    this.length++;
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
  }
}

const offsets = [
  column.traceId,
  column.spanId,
  column.parentSpanId,
  column.name,
  column.startTime,
  column.endTime,
  column.traceState,
  column.statusMessage,
] as const;
