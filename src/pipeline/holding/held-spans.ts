import { column, columns, type SpanTable } from '../../otlp/span-table.ts';
import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import { HashIndex, nameOf } from '../../runtime/hash-index.ts';
import type { LocalTraces } from '../local-traces.ts';
import { blockBytes, Slab } from './slab.ts';
import { type HeldScope, SpanContexts } from './span-contexts.ts';
import { none } from './waiters.ts';

/** Cells of a record: the two of its name, its part and the record after it in that, its scope, and its row in the table of its request. */
const cell = { hash: 0, bits: 1, part: 2, next: 3, scope: 4, row: 5 } as const;
const cellsPerRecord = cell.row + columns;

/** One request, as far as it was walked. */
export interface OpenRequest {
  batch: TraceBatch;
  traces: LocalTraces;
}

/**
 * The spans that are held, each a record in a slab: its bytes, and where its fields are in them, so that nothing is walked twice.
 * What they stand in is kept beside them, within the same bound.
 */
export class HeldSpans {
  private readonly maxBytes: number;
  private readonly slab: Slab;
  private readonly contexts = new SpanContexts();
  /** Records by the name of their span. Of two with the same name the older is not found. */
  private readonly records = new HashIndex();

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
    this.slab = new Slab(maxBytes, cellsPerRecord);
  }

  /** Of all that are held and what they stand in: never more than was given, but while a request is looked at. */
  get bytes(): number {
    return this.slab.bytesInUse + this.contexts.bytes;
  }

  /** What is held from now on is of this request. */
  open(batch: TraceBatch): void {
    this.contexts.open(batch);
  }

  /** Lets go of it, and of what nothing of it could be held of. */
  close(): void {
    this.contexts.close();
    this.hasRoomFor(0);
  }

  /**
   * @param part that they are of. @param first of them. @param next by span the one after it; `none` for the last
   * @returns the first of their records; `none` if there was no room for all of them
   */
  add(part: number, first: number, next: Int32Array, { batch, traces }: OpenRequest): number {
    const { cells } = batch.spans;
    let blocks = 0;
    let scope = -1;
    for (let index = first; index !== none; index = next[index]!) {
      const row = index * columns;
      blocks += this.slab.blocksFor(cells[row + column.end]! - cells[row + column.start]!);
      // So that it is counted before it is asked whether there is room.
      if (cells[row + column.scope] !== scope) this.contextOf(index, batch, traces);
      scope = cells[row + column.scope]!;
    }
    if (!this.hasRoomFor(blocks)) return none;
    let firstRecord = none;
    let last = none;
    for (let index = first; index !== none; index = next[index]!) {
      const record = this.addOne(index, part, batch, traces);
      if (last === none) firstRecord = record;
      else this.slab.cells(last)[Slab.cellOf(last) + cell.next] = record;
      last = record;
    }
    return firstRecord;
  }

  /** The part that this span is in; `none` if it is not held. */
  find(hash: number, bits: number): number {
    const record = this.records.get(nameOf(hash, bits));
    const isIt = record !== none && this.hashOf(record) === hash && this.bitsOf(record) === bits;
    return isIt ? this.cell(record, cell.part) : none;
  }

  /** The record after this one in its part; `none` if it is the last. */
  next(record: number): number {
    return this.cell(record, cell.next);
  }

  hashOf(record: number): number {
    return this.cell(record, cell.hash);
  }

  bitsOf(record: number): number {
    return this.cell(record, cell.bits);
  }

  scopeOf(record: number): HeldScope {
    return this.contexts.scope(this.cell(record, cell.scope));
  }

  /** Of the span's message, without its tag and length. */
  lengthOf(record: number): number {
    return this.cell(record, cell.row + column.end);
  }

  /** Copies the message of the span, and adds its row to a table. @returns the row */
  copy(record: number, into: Uint8Array, at: number, table: SpanTable): number {
    this.slab.copy(record, this.lengthOf(record), into, at);
    return table.appendRow(this.slab.cells(record), Slab.cellOf(record) + cell.row, at);
  }

  delete(record: number): void {
    const name = nameOf(this.hashOf(record), this.bitsOf(record));
    if (this.records.get(name) === record) this.records.delete(name);
    this.contexts.giveBack(this.scopeOf(record));
    this.slab.delete(record);
  }

  private hasRoomFor(blocks: number): boolean {
    const most = this.maxBytes - blocks * blockBytes;
    if (this.bytes > most) this.contexts.sweep();
    return this.bytes <= most;
  }

  private contextOf(index: number, { spans: { cells } }: TraceBatch, traces: LocalTraces): HeldScope {
    const row = index * columns;
    return this.contexts.of(cells[row + column.scope]!, cells[row + column.resource]!, traces.factsOf(index));
  }

  private addOne(index: number, part: number, batch: TraceBatch, traces: LocalTraces): number {
    const { bytes, spans } = batch;
    const row = index * columns;
    const record = this.slab.add(bytes, spans.cells[row + column.start]!, spans.cells[row + column.end]!);
    const scope = this.contextOf(index, batch, traces);
    this.contexts.use(scope);
    const cells = this.slab.cells(record);
    const at = Slab.cellOf(record);
    const hash = traces.hashOf(index);
    const bits = traces.bitsOf(index);
    cells[at + cell.hash] = hash;
    cells[at + cell.bits] = bits;
    cells[at + cell.part] = part;
    cells[at + cell.next] = none;
    cells[at + cell.scope] = scope.number;
    spans.copyRow(index, cells, at + cell.row);
    this.records.set(nameOf(hash, bits), record);
    return record;
  }

  private cell(record: number, which: number): number {
    return this.slab.cells(record)[Slab.cellOf(record) + which]!;
  }
}
