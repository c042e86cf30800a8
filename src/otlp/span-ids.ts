import { readUint32 } from './fixed64.ts';
import { column, columns } from './span-table.ts';
import type { TraceBatch } from './trace-scanner.ts';

/** A trace id and a span id, 24 bytes: what one span calls its parent. */
export type SpanKey = Uint8Array;

const traceIdLength = 16;
const spanIdLength = 8;

/** Finds the spans of one batch by their ids. One open-addressed array, refilled for every batch. */
export class SpanIds {
  private slots = new Int32Array(0);
  private mask = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private cells = new Int32Array(0);

  open(batch: TraceBatch): void {
    const { spans, bytes } = batch;
    const slotCount = Math.max(64, 2 ** Math.ceil(Math.log2(spans.length * 2 + 1)));
    if (this.slots.length < slotCount) this.slots = new Int32Array(slotCount);
    else this.slots.fill(0, 0, slotCount);
    this.mask = slotCount - 1;
    this.bytes = bytes;
    this.cells = spans.cells;
    for (let index = 0; index < spans.length; index++) this.insert(index);
  }

  /** The span that this one names as its parent, or -1 if it is not in the batch. */
  parentOf(index: number): number {
    const { cells, bytes } = this;
    const parentAt = cells[index * columns + column.parentSpanId]!;
    if (parentAt < 0) return -1;
    return this.find(bytes, cells[index * columns + column.traceId]!, bytes, parentAt);
  }

  /** The span with this key, or -1. */
  indexOf(key: SpanKey): number {
    return this.find(key, 0, key, traceIdLength);
  }

  /** The key of a span's parent, copied; undefined if it has none. */
  parentKey(index: number): SpanKey | undefined {
    const { cells, bytes } = this;
    const parentAt = cells[index * columns + column.parentSpanId]!;
    if (parentAt < 0) return undefined;
    const traceAt = cells[index * columns + column.traceId]!;
    const key = new Uint8Array(traceIdLength + spanIdLength);
    key.set(bytes.subarray(traceAt, traceAt + traceIdLength));
    key.set(bytes.subarray(parentAt, parentAt + spanIdLength), traceIdLength);
    return key;
  }

  private insert(index: number): void {
    const spanAt = this.cells[index * columns + column.spanId]!;
    let slot = hash(this.bytes, spanAt) & this.mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = index + 1;
  }

  private find(traceBytes: Uint8Array, traceAt: number, spanBytes: Uint8Array, spanAt: number): number {
    const { slots, mask, cells, bytes } = this;
    for (let slot = hash(spanBytes, spanAt) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const index = slots[slot]! - 1;
      const row = index * columns;
      if (
        same(bytes, cells[row + column.spanId]!, spanBytes, spanAt, spanIdLength) &&
        same(bytes, cells[row + column.traceId]!, traceBytes, traceAt, traceIdLength)
      ) {
        return index;
      }
    }
    return -1;
  }
}

/** Ids are random, but a sender may choose them: mixing keeps chosen ones from all meeting in one slot cheaply. */
function hash(bytes: Uint8Array, at: number): number {
  const value =
    Math.imul(readUint32(bytes, at), 0x9e3779b1) ^ Math.imul(readUint32(bytes, at + 4), 0x85ebca6b);
  return value ^ (value >>> 16);
}

function same(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aAt + i] !== b[bAt + i]) return false;
  return true;
}
