import { randomInt } from 'node:crypto';
import { decodeText } from './text.ts';

/**
 * Gives texts on the wire small numbers, so that a name seen a million times is decoded once. Bounded in both
 * directions: what comes after it is full, or is too long to be a name, has the number -1 and its reader copes.
 */
export class Interner {
  private readonly texts: string[] = [];
  private readonly keys: Uint8Array[] = [];
  /** Open addressing; a slot holds the number of a text plus one, so that 0 is empty. */
  private readonly slots: Int32Array;
  private readonly capacity: number;
  private readonly maxBytes: number;

  constructor(capacity: number, maxBytes = 1024) {
    this.capacity = capacity;
    this.maxBytes = maxBytes;
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2)));
  }

  intern(bytes: Uint8Array, at: number, length: number): number {
    if (length > this.maxBytes) return -1;
    const mask = this.slots.length - 1;
    let slot = hash(bytes, at, length) & mask;
    for (;;) {
      const number = this.slots[slot]! - 1;
      if (number === -1) break;
      if (equal(this.keys[number]!, bytes, at, length)) return number;
      slot = (slot + 1) & mask;
    }
    if (this.texts.length === this.capacity) return -1;
    this.texts.push(decodeText(bytes, at, length));
    // Not slice: a Buffer's shares its memory, and would keep the whole request alive.
    this.keys.push(new Uint8Array(bytes.subarray(at, at + length)));
    this.slots[slot] = this.texts.length;
    return this.texts.length - 1;
  }

  text(number: number): string {
    return this.texts[number] ?? '';
  }

  /** The text as it stood on the wire; not to be changed. */
  bytes(number: number): Uint8Array {
    return this.keys[number]!;
  }

  get size(): number {
    return this.texts.length;
  }
}

/** Senders choose the texts: without a secret they could choose them to meet in one slot. */
const seed = randomInt(2 ** 32);

/** Four bytes at a time: each step waits for the one before. */
function hash(bytes: Uint8Array, at: number, length: number): number {
  const end = at + length;
  let value = seed ^ length;
  let next = at;
  for (; next + 4 <= end; next += 4) value = mix(value, readInt32(bytes, next));
  for (; next < end; next++) value = mix(value, bytes[next]!);
  return value;
}

function readInt32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function mix(value: number, word: number): number {
  const mixed = Math.imul(value ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

function equal(key: Uint8Array, bytes: Uint8Array, at: number, length: number): boolean {
  if (key.length !== length) return false;
  for (let i = 0; i < length; i++) if (key[i] !== bytes[at + i]) return false;
  return true;
}
