import { decodeAnyValue } from './any-value.ts';
import type { AttributeValue } from './attributes.ts';
import { KeyBook } from './key-book.ts';
import { mix } from './mix.ts';
import { longestShortText } from './text.ts';
import { WireReader } from './wire.ts';

/** Attributes that there is room for at first, and for the next request at the most. */
const fewest = 1024;
const mostKept = 16_384;

/**
 * Where the values of certain attributes stand, of spans of certain kinds: noted by who walks the spans anyway, for who asks the same many
 * keys of nearly each of them, and reads few of the values. The first attribute with a key counts, as keys are unique by the specification.
 */
export class AttributePlaces {
  private readonly book: KeyBook;
  private readonly reader = new WireReader();
  private view: DataView = new DataView(new ArrayBuffer(0));
  private entries = new Int32Array(fewest);
  private written = 0;
  /** By span where its entries begin; those of the next one begin where they end. */
  private begins = new Int32Array(256);
  /** Of each key where its value (an AnyValue) begins and ends in the span that was moved to; -1 if it is not there. */
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  /** Those that were found, in the order in which they stand. */
  private readonly foundKeys: Int32Array;
  /** Of those that were found. */
  count = 0;

  /** @param keys known by their index from here on */
  constructor(keys: readonly string[]) {
    this.book = new KeyBook(keys);
    this.starts = new Int32Array(keys.length).fill(-1);
    this.ends = new Int32Array(keys.length);
    this.foundKeys = new Int32Array(keys.length);
  }

  get keys(): readonly string[] {
    return this.book.keys;
  }

  /** A request is to be walked. */
  open(bytes: Uint8Array, view: DataView): void {
    this.reader.reset(bytes);
    this.view = view;
    this.written = 0;
    // After a request with very many: nearly all have a few thousand.
    if (this.entries.length > mostKept) this.entries = new Int32Array(fewest);
    this.forget();
  }

  /** Begins with a span: those after it are not there yet, or not any more. */
  begin(span: number): void {
    if (span + 1 >= this.begins.length) this.begins = longer(this.begins);
    this.written = span === 0 ? 0 : this.begins[span]!;
    this.begins[span] = this.written;
  }

  /**
   * Notes an attribute of the span that was begun with.
   * @param at the length of a KeyValue (common.proto) that was validated
   * @param isPlain as `validateAttribute` says it
   */
  note(at: number, isPlain: boolean): void {
    if (this.written === this.entries.length) this.entries = longer(this.entries);
    this.entries[this.written++] = isPlain ? at : ~at;
  }

  end(span: number): void {
    this.begins[span + 1] = this.written;
  }

  /** Goes to a span of the request that was walked. */
  moveTo(span: number): void {
    this.forget();
    const { entries, book, view } = this;
    const { bytes } = this.reader;
    const end = this.begins[span + 1]!;
    for (let i = this.begins[span]!; i < end; i++) {
      const at = entries[i]!;
      if (at < 0) {
        this.findAny(~at);
        continue;
      }
      const keyLength = bytes[at + 2]!;
      const key = book.find(bytes, view, at + 3, keyLength);
      if (key !== -1) this.found(key, at + keyLength + 5, at + 1 + bytes[at]!);
    }
  }

  /** @param i below `count` */
  keyAt(i: number): number {
    return this.foundKeys[i]!;
  }

  has(key: number): boolean {
    return this.starts[key] !== -1;
  }

  /** @returns undefined if it is not there, or empty */
  value(key: number): AttributeValue | undefined {
    const at = this.starts[key]!;
    if (at === -1) return undefined;
    const { reader } = this;
    reader.at = at;
    const decoded = decodeAnyValue(reader, this.ends[key]!, longestShortText);
    return typeof decoded === 'object' ? JSON.stringify(decoded) : decoded;
  }

  /** A whole number as senders write it, also as text; -1 if it is none, or not there. */
  wholeNumber(key: number): number {
    const at = this.starts[key]!;
    if (at === -1) return -1;
    const { bytes } = this.reader;
    // int_value of one or two bytes, as nearly all are.
    if (bytes[at] === 0x18) {
      const [first, second] = [bytes[at + 1]!, bytes[at + 2]!];
      if (first < 0x80) return first;
      if (second < 0x80) return (first & 0x7f) | (second << 7);
    }
    const value = this.value(key);
    const number = value === '' || typeof value === 'boolean' ? Number.NaN : Number(value);
    return Number.isInteger(number) && number >= 0 ? number : -1;
  }

  /** 32 bits that follow from the value as it stands there, and from the key; it must be there. */
  hashOf(key: number): number {
    const { view } = this;
    const end = this.ends[key]!;
    let next = this.starts[key]!;
    let mixed = mix(key + 1, end - next);
    for (; next + 4 <= end; next += 4) mixed = mix(mixed, view.getInt32(next));
    for (; next < end; next++) mixed = mix(mixed, view.getUint8(next));
    return mixed;
  }

  private forget(): void {
    for (let i = 0; i < this.count; i++) this.starts[this.foundKeys[i]!] = -1;
    this.count = 0;
  }

  /** The same for any order of fields, and any lengths. */
  private findAny(at: number): void {
    const { reader } = this;
    let key = -1;
    let [from, to] = [0, 0];
    reader.at = at;
    const length = reader.length(reader.bytes.length);
    const end = reader.at + length;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag !== 0x0a && tag !== 0x12) {
        reader.skip(tag, end);
        continue;
      }
      const length = reader.length(end);
      if (tag === 0x0a) key = this.book.find(reader.bytes, this.view, reader.at, length);
      else [from, to] = [reader.at, reader.at + length];
      reader.at += length;
    }
    if (key !== -1) this.found(key, from, to);
  }

  /** @param start of its value, which is not there if it is empty */
  private found(key: number, start: number, end: number): void {
    if (start >= end || this.starts[key] !== -1) return;
    this.starts[key] = start;
    this.ends[key] = end;
    this.foundKeys[this.count++] = key;
  }
}

function longer(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(numbers.length * 2);
  copy.set(numbers);
  return copy;
}
