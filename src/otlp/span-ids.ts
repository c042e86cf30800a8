import { randomInt } from 'node:crypto';
import { column, columns } from './span-table.ts';
import type { TraceBatch } from './trace-scanner.ts';
import { mix } from './mix.ts';

const traceIdLength = 16;
const spanIdLength = 8;

/** Finds the spans of one batch by their ids. One open-addressed array, refilled for every batch. */
export class SpanIds {
  private slots = new Int32Array(0);
  /** Of each span's ids, one after the other: they are asked for again when the bytes are far away. */
  private hashes = new Int32Array(0);
  /** Of the ids of each span's parent; 0 if it has none. */
  private parentHashes = new Int32Array(0);
  private mask = 0;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private cells = new Int32Array(0);

  open(batch: TraceBatch): void {
    const { spans, view } = batch;
    const slotCount = Math.max(64, 2 ** Math.ceil(Math.log2(spans.length * 2 + 1)));
    if (this.slots.length < slotCount) this.slots = new Int32Array(slotCount);
    else this.slots.fill(0, 0, slotCount);
    if (this.hashes.length < spans.length) {
      this.hashes = new Int32Array(spans.length);
      this.parentHashes = new Int32Array(spans.length);
    }
    this.mask = slotCount - 1;
    this.view = view;
    this.cells = spans.cells;
    for (let index = 0; index < spans.length; index++) this.insert(index);
  }

  /** The span that this one names as its parent, or -1 if it is not in the batch. */
  parentOf(index: number): number {
    const { cells } = this;
    const parentAt = cells[index * columns + column.parentSpanId]!;
    if (parentAt < 0) return -1;
    const traceAt = cells[index * columns + column.traceId]!;
    return this.slots[this.slotOf(this.parentHashes[index]!, traceAt, parentAt)]! - 1;
  }

  /** 32 bits that follow from the ids: the same in every batch, and nobody outside can tell which. */
  hashOf(index: number): number {
    return this.hashes[index]!;
  }

  /** The same of its parent; 0 if it has none. */
  parentHashOf(index: number): number {
    return this.parentHashes[index]!;
  }

  /** 32 bits more: the end of the span's id, as it is. @param of which span: a parent must be there */
  endOf(index: number, of: 'itself' | 'parent' = 'itself'): number {
    return idEnd(this.view, this.spanIdAt(index, of));
  }

  private spanIdAt(index: number, of: 'itself' | 'parent'): number {
    return this.cells[index * columns + (of === 'itself' ? column.spanId : column.parentSpanId)]!;
  }

  /** Of spans with the same ids the first is found. */
  private insert(index: number): void {
    const { slots, cells, view } = this;
    const row = index * columns;
    const [traceAt, spanAt] = [cells[row + column.traceId]!, cells[row + column.spanId]!];
    const hashed = idHash(view, traceAt, spanAt);
    this.hashes[index] = hashed;
    const parentAt = cells[row + column.parentSpanId]!;
    this.parentHashes[index] = parentAt < 0 ? 0 : idHash(view, traceAt, parentAt);
    const slot = this.slotOf(hashed, traceAt, spanAt);
    if (slots[slot] === 0) slots[slot] = index + 1;
  }

  /** Where a span with these ids is, or else would be put. */
  private slotOf(hashed: number, traceAt: number, spanAt: number): number {
    const { slots, mask, cells, view } = this;
    let slot = hashed & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const row = (slots[slot]! - 1) * columns;
      if (
        same(view, cells[row + column.spanId]!, spanAt, spanIdLength) &&
        same(view, cells[row + column.traceId]!, traceAt, traceIdLength)
      ) {
        break;
      }
    }
    return slot;
  }
}

/** Senders choose the ids: without a secret they could choose them to meet in one slot. */
const seed = randomInt(2 ** 32);

/** 32 bits that follow from the ids: the same in every batch, and nobody outside can tell which. */
export function idHash(view: DataView, traceAt: number, spanAt: number): number {
  let value = seed;
  for (let i = 0; i < traceIdLength; i += 4) value = mix(value, view.getInt32(traceAt + i));
  for (let i = 0; i < spanIdLength; i += 4) value = mix(value, view.getInt32(spanAt + i));
  return value;
}

/** Its last 32 bits, as they are. */
export function idEnd(view: DataView, spanAt: number): number {
  return view.getInt32(spanAt + spanIdLength - 4);
}

function same(view: DataView, at: number, otherAt: number, length: number): boolean {
  for (let i = 0; i < length; i += 4) if (view.getInt32(at + i) !== view.getInt32(otherAt + i)) return false;
  return true;
}
