import { decodeAnyValue } from './any-value.ts';
import type { AttributeValue } from './attributes.ts';
import { mix } from './mix.ts';
import { bytesEqual, encodeText, longestShortText } from './text.ts';
import { WireReader } from './wire.ts';

interface Key {
  bytes: Uint8Array;
  number: number;
}

/** Longer ones take two bytes for their length, and are none of those that are asked for. */
const longestKey = 127;

/**
 * Where the values of certain attributes of a message stand, found in one walk over it: for who asks the same many keys of nearly every
 * span, and reads few of the values. The first attribute with a key counts, as keys are unique by the specification.
 */
export class AttributePlaces {
  private readonly reader = new WireReader();
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** By the length of the key: most attributes are told apart by that. */
  private readonly byLength: readonly (readonly Key[])[];
  /** Of each key where its value (an AnyValue) begins and ends; -1 if it is not there. */
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  /** Those that were found, in the order in which they stand. */
  private readonly foundKeys: Int32Array;
  /** Of those that were found. */
  count = 0;

  /** @param keys known by their index from here on */
  constructor(keys: readonly string[]) {
    const encoded = keys.map((key, number): Key => ({ bytes: encodeText(key), number }));
    this.byLength = Array.from({ length: longestKey + 1 }, (_, length) =>
      encoded.filter(({ bytes }) => bytes.length === length),
    );
    this.starts = new Int32Array(keys.length).fill(-1);
    this.ends = new Int32Array(keys.length);
    this.foundKeys = new Int32Array(keys.length);
  }

  /** What is read from here on: the same bytes twice. */
  open({ bytes, view }: { bytes: Uint8Array; view: DataView }): void {
    this.reader.reset(bytes);
    this.view = view;
    this.forget();
  }

  /** Finds those of the message from `at` to `end`, which has been validated. */
  find(at: number, end: number, attributesTag: number): void {
    this.forget();
    const { reader } = this;
    const { bytes } = reader;
    let next = at;
    while (next < end) {
      const length = bytes[next + 1]!;
      if (bytes[next] !== attributesTag || length >= 0x80) {
        next = this.step(next, end, attributesTag);
        continue;
      }
      const start = next + 2;
      next = start + length;
      // A key comes first from every known sender, and most are none of those.
      const keyLength = bytes[start + 1]!;
      if (bytes[start] !== 0x0a || keyLength >= 0x80) this.note(start, next);
      else if (this.byLength[keyLength]!.length > 0) this.notePlain(start, next, keyLength);
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

  /** Any field, of any length. @returns where the next one begins */
  private step(at: number, end: number, attributesTag: number): number {
    const { reader } = this;
    reader.at = at;
    const tag = reader.tag(end);
    if (tag === attributesTag) {
      const length = reader.length(end);
      const start = reader.at;
      this.note(start, start + length);
      return start + length;
    }
    reader.skip(tag, end);
    return reader.at;
  }

  /** A KeyValue as all known senders write it: the key, the value, and nothing else. */
  private notePlain(start: number, end: number, keyLength: number): void {
    const { bytes } = this.reader;
    const key = this.numberOf(start + 2, keyLength);
    if (key === -1) return;
    const value = start + 2 + keyLength;
    const isPlain = bytes[value] === 0x12 && end === value + 2 + bytes[value + 1]!;
    if (!isPlain) this.note(start, end);
    else if (value + 2 < end) this.found(key, value + 2, end);
  }

  /** The same for any order of fields, and any lengths. */
  private note(start: number, end: number): void {
    const { reader } = this;
    let key = -1;
    let [from, to] = [0, 0];
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag !== 0x0a && tag !== 0x12) {
        reader.skip(tag, end);
        continue;
      }
      const length = reader.length(end);
      if (tag === 0x0a) key = this.numberOf(reader.at, length);
      else [from, to] = [reader.at, reader.at + length];
      reader.at += length;
    }
    if (key !== -1 && to > from) this.found(key, from, to);
  }

  private found(key: number, start: number, end: number): void {
    if (this.starts[key] !== -1) return;
    this.starts[key] = start;
    this.ends[key] = end;
    this.foundKeys[this.count++] = key;
  }

  private numberOf(at: number, length: number): number {
    if (length > longestKey) return -1;
    const { bytes: all } = this.reader;
    const some = this.byLength[length]!;
    for (let i = 0; i < some.length; i++) {
      const { bytes, number } = some[i]!;
      // Told apart by their last letters most often.
      if (all[at + length - 1] === bytes[length - 1] && bytesEqual(all, at, bytes)) return number;
    }
    return -1;
  }
}
