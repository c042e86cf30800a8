import { randomInt } from 'node:crypto';
import { readUint32 } from './fixed64.ts';
import { column, columns } from './span-table.ts';
import type { TraceBatch } from './trace-scanner.ts';

const traceIdLength = 16;
const spanIdLength = 8;

/** Of a span id: they tell it from most others, and a table by them still fits a processor's cache. */
export const idBits = 17;

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

  /** `idBits` bits of the span id: quickly had, and the same in every batch. */
  bitsOf(index: number, of: 'itself' | 'parent' = 'itself'): number {
    // The last bytes: counters differ there as well.
    return readUint32(this.bytes, this.spanIdAt(index, of) + 4) & (2 ** idBits - 1);
  }

  /** Trace and span id as a key, two bytes a unit: it holds on to no bytes. @param of which span: a parent must be there */
  keyOf(index: number, of: 'itself' | 'parent' = 'itself'): string {
    const { cells, bytes } = this;
    return idKey(bytes, cells[index * columns + column.traceId]!, this.spanIdAt(index, of));
  }

  private spanIdAt(index: number, of: 'itself' | 'parent'): number {
    return this.cells[index * columns + (of === 'itself' ? column.spanId : column.parentSpanId)]!;
  }

  /** Of spans with the same ids the first is found. */
  private insert(index: number): void {
    const { slots, cells, bytes } = this;
    const row = index * columns;
    const slot = this.slotOf(bytes, cells[row + column.traceId]!, bytes, cells[row + column.spanId]!);
    if (slots[slot] === 0) slots[slot] = index + 1;
  }

  private find(traceBytes: Uint8Array, traceAt: number, spanBytes: Uint8Array, spanAt: number): number {
    return this.slots[this.slotOf(traceBytes, traceAt, spanBytes, spanAt)]! - 1;
  }

  /** Where a span with these ids is, or else would be put. */
  private slotOf(traceBytes: Uint8Array, traceAt: number, spanBytes: Uint8Array, spanAt: number): number {
    const { slots, mask, cells, bytes } = this;
    let slot = hash(traceBytes, traceAt, spanBytes, spanAt) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const row = (slots[slot]! - 1) * columns;
      if (
        same(bytes, cells[row + column.spanId]!, spanBytes, spanAt, spanIdLength) &&
        same(bytes, cells[row + column.traceId]!, traceBytes, traceAt, traceIdLength)
      ) {
        break;
      }
    }
    return slot;
  }
}

function idKey(bytes: Uint8Array, traceAt: number, spanAt: number): string {
  // One by one: through an array it takes five times as long.
  return String.fromCharCode(
    readUint16(bytes, traceAt),
    readUint16(bytes, traceAt + 2),
    readUint16(bytes, traceAt + 4),
    readUint16(bytes, traceAt + 6),
    readUint16(bytes, traceAt + 8),
    readUint16(bytes, traceAt + 10),
    readUint16(bytes, traceAt + 12),
    readUint16(bytes, traceAt + 14),
    readUint16(bytes, spanAt),
    readUint16(bytes, spanAt + 2),
    readUint16(bytes, spanAt + 4),
    readUint16(bytes, spanAt + 6),
  );
}

function readUint16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** Senders choose the ids: without a secret they could choose them to meet in one slot. */
const seed = randomInt(2 ** 32);

function hash(traceBytes: Uint8Array, traceAt: number, spanBytes: Uint8Array, spanAt: number): number {
  let value = seed;
  for (let i = 0; i < traceIdLength; i += 4) value = mix(value, readUint32(traceBytes, traceAt + i));
  for (let i = 0; i < spanIdLength; i += 4) value = mix(value, readUint32(spanBytes, spanAt + i));
  return value;
}

function mix(value: number, word: number): number {
  const mixed = Math.imul(value ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

function same(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aAt + i] !== b[bAt + i]) return false;
  return true;
}
