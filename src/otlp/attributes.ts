import { decodeAnyValue, type Scalar } from './any-value.ts';
import { Interner } from './interner.ts';
import { bytesEqual, decodeText, longestShortText } from './text.ts';
import { WireReader } from './wire.ts';

/** What an attribute holds, as far as people and rules read it. Lists, maps and bytes come as text. */
export type AttributeValue = Scalar;

/** Some senders write numbers as text. */
export function wholeNumberIn(value: AttributeValue | undefined): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

/** How much of the attributes is read. */
export interface Limits {
  /** Attributes. */
  most: number;
  /** Bytes of a text, by the attribute's key. */
  longestOf: (key: string) => number;
}

/** Bytes of a key that is read, and of one that is known again. Of 256 UTF-16 units as much is read as `readBeyond` says. */
const longestKey = 3 * (256 + 1024);
const longestKnownKey = 256;
/** Of the text of an attribute that is asked for by its key. */
const longestFound = longestShortText;

/** Keys are few and come again with every span. */
const knownKeys = new Interner(1024, longestKnownKey);

/**
 * Reads the attributes of one message: every KeyValue under `attributesTag` between `at` and `end`. The message has been
 * validated; this only finds and decodes. The first attribute with a key wins, as keys are unique by the specification.
 */
export class AttributeReader {
  private readonly reader = new WireReader();
  private view: DataView = new DataView(new ArrayBuffer(0));

  /** What is read from here on: the same bytes twice. */
  open({ bytes, view }: { bytes: Uint8Array; view: DataView }): void {
    this.reader.reset(bytes);
    this.view = view;
  }

  /** @returns undefined if there is no such attribute, or its value is empty */
  find(at: number, end: number, attributesTag: number, key: Uint8Array): AttributeValue | undefined {
    const { reader } = this;
    const { bytes } = reader;
    reader.at = at;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag !== attributesTag) {
        reader.skip(tag, end);
        continue;
      }
      const length = reader.length(end);
      const next = reader.at + length;
      if (mayBe(bytes, reader.at, key) && this.keyIs(next, key)) {
        const value = this.valueOf(next, longestFound);
        if (value !== undefined) return value;
      }
      reader.at = next;
    }
    return undefined;
  }

  /** All attributes, or those with one of these keys; empty ones are left out. */
  all(
    at: number,
    end: number,
    attributesTag: number,
    { most, longestOf }: Limits,
    only?: ReadonlySet<string>,
  ): Map<string, AttributeValue> {
    const { reader } = this;
    const found = new Map<string, AttributeValue>();
    reader.at = at;
    while (reader.at < end && found.size < most) {
      const tag = reader.tag(end);
      if (tag !== attributesTag) {
        reader.skip(tag, end);
        continue;
      }
      const length = reader.length(end);
      const next = reader.at + length;
      const start = reader.at;
      const key = this.keyOf(next);
      if (only === undefined || only.has(key)) {
        reader.at = start;
        const value = this.valueOf(next, longestOf(key));
        if (value !== undefined && !found.has(key)) found.set(key, value);
      }
      reader.at = next;
    }
    return found;
  }

  /** Whether the KeyValue from here to `end` has this key; leaves the reader at its start. */
  private keyIs(end: number, key: Uint8Array): boolean {
    const { reader } = this;
    const start = reader.at;
    let same = key.length === 0;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) {
        const length = reader.length(end);
        same = length === key.length && bytesEqual(reader.bytes, reader.at, key);
        reader.at += length;
        // The key comes first from every known sender, and only once.
        break;
      }
      reader.skip(tag, end);
    }
    reader.at = start;
    return same;
  }

  private keyOf(end: number): string {
    const { reader } = this;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) {
        const length = reader.length(end);
        const known = knownKeys.intern(this.view, reader.at, length);
        return known === -1 ? decodeText(reader.bytes, reader.at, length, longestKey) : knownKeys.text(known);
      }
      reader.skip(tag, end);
    }
    return '';
  }

  private valueOf(end: number, longest: number): AttributeValue | undefined {
    const { reader } = this;
    let value: AttributeValue | undefined;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag === 0x12) {
        const length = reader.length(end);
        const decoded = decodeAnyValue(reader, reader.at + length, longest);
        value = typeof decoded === 'object' ? JSON.stringify(decoded) : decoded;
      } else {
        reader.skip(tag, end);
      }
    }
    return value;
  }
}

/** False where a KeyValue begins, as nearly all do, with a key, and that is of another length. */
function mayBe(bytes: Uint8Array, at: number, key: Uint8Array): boolean {
  return bytes[at] !== 0x0a || bytes[at + 1]! >= 0x80 || bytes[at + 1] === key.length;
}
