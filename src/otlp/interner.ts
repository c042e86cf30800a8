import { decodeText } from './text.ts';
import { mix } from './mix.ts';

/** Slots that are looked at: senders choose the texts, and could choose them to want the same slot. Others find theirs in a few. */
const mostLooks = 128;

/**
 * Gives texts on the wire small numbers, so that a name seen a million times is decoded once. Bounded in every
 * direction: what comes after it is full, is too long to be a name, or would be looked for too long, has the number -1 and its
 * reader copes.
 */
export class Interner {
  private readonly texts: string[] = [];
  /** All texts as they stood on the wire, one after the other; where each begins, and where the last ends. */
  private wire = new DataView(new ArrayBuffer(1024));
  private readonly starts: number[] = [0];
  /** Open addressing; a slot holds the number of a text plus one, so that 0 is empty. */
  private readonly slots: Int32Array;
  private readonly capacity: number;
  private readonly maxBytes: number;

  constructor(capacity: number, maxBytes = 1024) {
    this.capacity = capacity;
    this.maxBytes = maxBytes;
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2)));
  }

  /** @param view of the bytes that the text is in, of which nothing is kept */
  intern(view: DataView, at: number, length: number): number {
    if (length > this.maxBytes) return -1;
    const mask = this.slots.length - 1;
    let slot = hash(view, at, length) & mask;
    for (let looks = 1; ; looks++) {
      const number = this.slots[slot]! - 1;
      if (number === -1) break;
      if (this.lengthOf(number) === length && equal(this.wire, this.starts[number]!, view, at, length))
        return number;
      if (looks === mostLooks) return -1;
      slot = (slot + 1) & mask;
    }
    if (this.texts.length === this.capacity) return -1;
    this.add(new Uint8Array(view.buffer, view.byteOffset + at, length));
    this.slots[slot] = this.texts.length;
    return this.texts.length - 1;
  }

  /** The same for a text of another interner. */
  internFrom(other: Interner, number: number): number {
    return this.intern(other.wire, other.starts[number]!, other.lengthOf(number));
  }

  text(number: number): string {
    return this.texts[number] ?? '';
  }

  get size(): number {
    return this.texts.length;
  }

  private lengthOf(number: number): number {
    return this.starts[number + 1]! - this.starts[number]!;
  }

  private add(text: Uint8Array): void {
    const start = this.starts[this.texts.length]!;
    const end = start + text.length;
    if (end > this.wire.byteLength) this.wire = grown(this.wire, end);
    new Uint8Array(this.wire.buffer).set(text, start);
    this.texts.push(decodeText(text, 0, text.length));
    this.starts.push(end);
  }
}

function grown(view: DataView<ArrayBuffer>, least: number): DataView<ArrayBuffer> {
  return new DataView(view.buffer.transfer(Math.max(least, view.byteLength * 2)));
}

/** Four bytes at a time: each step waits for the one before. */
function hash(view: DataView, at: number, length: number): number {
  const end = at + length;
  let value = length;
  let next = at;
  for (; next + 4 <= end; next += 4) value = mix(value, view.getInt32(next));
  for (; next < end; next++) value = mix(value, view.getUint8(next));
  return value;
}

function equal(one: DataView, oneAt: number, other: DataView, otherAt: number, length: number): boolean {
  let i = 0;
  for (; i + 4 <= length; i += 4) if (one.getInt32(oneAt + i) !== other.getInt32(otherAt + i)) return false;
  for (; i < length; i++) if (one.getUint8(oneAt + i) !== other.getUint8(otherAt + i)) return false;
  return true;
}
