import { encodeText } from './text.ts';

const slots = 512;
/** Multipliers that are tried until no two keys have the same slot. */
const mostTries = 10_000;

/** Tells some keys apart from all others, and from each other, in one look at their bytes: it is asked for most attributes of many spans. */
export class KeyBook {
  readonly keys: readonly string[];
  /** By slot the number of its key, and 1; 0 = none. */
  private readonly numbers: Uint8Array;
  private readonly first: number;
  private readonly last: number;
  private readonly lengths: readonly number[];
  /** Of all keys their bytes, by fours: the last four are written again where the length is no multiple. */
  private readonly words: Int32Array;
  private readonly wordsAt: readonly number[];

  /** @param keys known by their index from here on; of 4 to 127 bytes each, at most 255 */
  constructor(keys: readonly string[]) {
    const encoded = keys.map(encodeText);
    this.keys = keys;
    this.lengths = encoded.map(({ length }) => length);
    const { first, last, numbers } = arranged(encoded);
    this.first = first;
    this.last = last;
    this.numbers = numbers;
    const words = encoded.map(wordsOf);
    this.wordsAt = words.map((_, key) => words.slice(0, key).flat().length);
    this.words = Int32Array.from(words.flat());
  }

  /** @returns its index; -1 if it is none of them */
  find(bytes: Uint8Array, view: DataView, at: number, length: number): number {
    const key = this.numbers[slotOf(bytes, at, length, this.first, this.last)]! - 1;
    if (key === -1 || this.lengths[key] !== length) return -1;
    const { words } = this;
    let word = this.wordsAt[key]!;
    let next = at;
    for (const lastWord = at + length - 4; next < lastWord; next += 4)
      if (view.getInt32(next) !== words[word++]) return -1;
    return view.getInt32(at + length - 4) === words[word] ? key : -1;
  }
}

function slotOf(bytes: Uint8Array, at: number, length: number, first: number, last: number): number {
  return (length + bytes[at]! * first + bytes[at + length - 1]! * last) & (slots - 1);
}

/** @throws Error if there are too many keys, or some differ in their middle alone */
function arranged(keys: readonly Uint8Array[]): { first: number; last: number; numbers: Uint8Array } {
  for (let tried = 0; tried < mostTries; tried++) {
    const first = (tried * 7 + 3) & 0xff;
    const last = ((tried >> 5) * 11 + 5) & 0xff;
    const numbers = new Uint8Array(slots);
    const isFree = (key: Uint8Array, index: number): boolean => {
      const slot = slotOf(key, 0, key.length, first, last);
      if (numbers[slot] !== 0) return false;
      numbers[slot] = index + 1;
      return true;
    };
    if (keys.every(isFree)) return { first, last, numbers };
  }
  throw new Error('there are keys that cannot be told apart');
}

function wordsOf(key: Uint8Array): number[] {
  const view = new DataView(key.buffer, key.byteOffset, key.length);
  const words: number[] = [];
  let at = 0;
  for (; at < key.length - 4; at += 4) words.push(view.getInt32(at));
  return [...words, view.getInt32(key.length - 4)];
}
