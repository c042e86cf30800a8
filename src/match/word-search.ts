import { characters, none, root, WordTree } from './word-tree.ts';

/** Where the search goes on, given a word that was found: its `end`, or a place further on if what lies between is dealt with. */
export type Found<T> = (value: T, start: number, end: number) => number;

/**
 * Finds many words in one pass over a text, whatever their number. Capitals do not count, and all digits are alike: `0` in a word stands
 * for any of them.
 *
 * Nearly everywhere in a text no word begins, and its next three characters tell: they are looked up in one small table, and only where
 * they might begin a word it is read on. The time is linear in the text: what is read on is as long as the longest word at most. Looked
 * up are bytes, which a copy of the text has: to ask a string for each of its characters takes three times as long, the copy included.
 */
export class WordSearch<T> {
  /** By the kinds of three characters, whether a word may begin with them. */
  private readonly beginnings = new Uint8Array(kinds ** 3);
  /** As long as the longest text so far needed. */
  private bytes = Buffer.alloc(16_384);
  private readonly tree = new WordTree<T>();

  /** @param words of ASCII, in lower case, each with what is to be known when it is found; the same word may stand here twice */
  constructor(words: Iterable<readonly [word: string, value: T]>) {
    for (const [word, value] of words) {
      this.noteBeginning(word);
      this.tree.add(word, value);
    }
  }

  /** Tells `found` of each word, in the order of their beginnings. It must not search for the same words itself. */
  search(text: string, found: Found<T>): void {
    const bytes = this.bytesOf(text);
    // Two more, for words that are shorter than three.
    const end = text.length + 2;
    for (let i = this.beginning(bytes, 0, end); i < end; i = this.beginning(bytes, i, end)) {
      i = this.wordsAt(text, i, found) ?? i + 1;
    }
  }

  /** The first place from `start` on where a word may begin; `end` if there is none. */
  private beginning(bytes: Uint8Array, start: number, end: number): number {
    const { beginnings } = this;
    let three = (kindOf[bytes[start]!]! << bits) | kindOf[bytes[start + 1]!]!;
    for (let i = start + 2; i < end; i++) {
      three = ((three << bits) | kindOf[bytes[i]!]!) & (kinds ** 3 - 1);
      if (beginnings[three] === 1) return i - 2;
    }
    return end;
  }

  /** One a character: of those beyond Latin 1 it says nothing, so that a word may seem to begin where none does. */
  private bytesOf(text: string): Uint8Array {
    const { length } = text;
    if (this.bytes.length < length + 3) this.bytes = Buffer.alloc(2 * length + 3);
    const { bytes } = this;
    bytes.write(text, 'latin1');
    bytes[length] = bytes[length + 1] = bytes[length + 2] = 0;
    return bytes;
  }

  /** Where the search goes on, if not with the next character. */
  private wordsAt(text: string, start: number, found: Found<T>): number | undefined {
    const { tree } = this;
    let node = root;
    for (let i = start; i < text.length; i++) {
      const code = text.charCodeAt(i);
      node = code < characters ? tree.childOf(node, folded[code]!) : none;
      if (node === none) return undefined;
      for (const value of tree.valuesAt(node)) {
        const goOn = found(value, start, i + 1);
        if (goOn > i + 1) return goOn;
      }
    }
    return undefined;
  }

  private noteBeginning(word: string): void {
    const [first, second, third] = [0, 1, 2].map((i) =>
      i < word.length ? [kindOf[word.charCodeAt(i)]!] : Array.from({ length: kinds }, (_, kind) => kind),
    );
    for (const a of first!)
      for (const b of second!)
        for (const c of third!) this.beginnings[(a << (2 * bits)) | (b << bits) | c] = 1;
  }
}

/** What a character counts as. */
const folded = Uint8Array.from({ length: characters }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\d/.test(character)) return '0'.charCodeAt(0);
  return character.toLowerCase().charCodeAt(0);
});

/** Each letter is one kind, digits are one, and the rest share the few that are left: three kinds fit into a table of 32 KiB. */
const bits = 5;
const kinds = 2 ** bits;
const other = 0;

const kindOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  const code = folded[byte] ?? 0;
  if (code >= 97 && code <= 122) return code - 96;
  if (code === 48) return 27;
  return code < 48 ? 28 + (code % 3) : code === 95 ? 31 : other;
});
