import { ascii } from './ascii.ts';
import { JsonFault } from './json-fault.ts';
import { copyString, skipString } from './json-string.ts';
import { numberEnd } from './number.ts';
import { plainBytes } from './plain-run.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** As deep as protobuf's own decoders go by default. OTLP itself needs 10, and 3 for each value within a value. */
export const deepestNesting = 100;

/**
 * A cursor over the bytes of a JSON text (RFC 8259). It makes no values: it says what comes next, steps over it,
 * and hands out offsets. It is strict: what JSON.parse refuses, it refuses. Beyond that it tolerates one byte order
 * mark at the start, as the RFC allows.
 *
 * Its methods throw a JsonFault.
 */
export class JsonReader {
  readonly bytes: Uint8Array;
  /** The same bytes, to be read four at a time. */
  readonly view: DataView;
  /** Offset of the next byte to read. */
  at: number;
  /** What `readText` has read: a range of these bytes. */
  text: Uint8Array;
  textStart = 0;
  textEnd = 0;
  private depth = 0;
  private readonly scratch = new ProtobufWriter(64);

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.text = bytes;
    this.at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  }

  /** The first byte of the next token, 0 at the end. */
  peek(): number {
    const { bytes } = this;
    while (this.at < bytes.length) {
      const byte = bytes[this.at]!;
      if (byte > ascii.space) return byte;
      if (
        byte !== ascii.space &&
        byte !== ascii.lineFeed &&
        byte !== ascii.carriageReturn &&
        byte !== ascii.tab
      ) {
        throw new JsonFault('a control character stands between values', this.at);
      }
      this.at++;
    }
    return 0;
  }

  /** Steps over the bracket that begins an object or a list. @returns whether it has any members */
  enter(opening: number, closing: number): boolean {
    if (this.peek() !== opening) {
      throw new JsonFault(opening === ascii.leftBrace ? 'expected an object' : 'expected a list', this.at);
    }
    if (++this.depth > deepestNesting) {
      throw new JsonFault(`objects and lists are nested more than ${deepestNesting} deep`, this.at);
    }
    this.at++;
    if (this.peek() !== closing) return true;
    this.at++;
    this.depth--;
    return false;
  }

  /** Behind a member: steps over the comma or the closing bracket. @returns whether there is another member */
  hasNext(closing: number): boolean {
    const byte = this.peek();
    if (byte !== ascii.comma && byte !== closing) {
      throw new JsonFault(`expected "," or "${String.fromCharCode(closing)}"`, this.at);
    }
    this.at++;
    if (byte === ascii.comma) return true;
    this.depth--;
    return false;
  }

  /** Steps over a key and its colon if exactly these bytes are next. */
  skipKey(key: DataView): boolean {
    this.peek();
    const { view, at } = this;
    const length = key.byteLength;
    if (length > view.byteLength - at) return false;
    let i = 0;
    for (; i + 4 <= length; i += 4) if (view.getInt32(at + i) !== key.getInt32(i)) return false;
    for (; i < length; i++) if (view.getUint8(at + i) !== key.getUint8(i)) return false;
    this.at = at + length;
    return true;
  }

  /** Reads the key of a member and its colon; the key is then in `text`. */
  readKey(): void {
    this.expectKey();
    this.readText();
    this.skipColon();
  }

  /**
   * Reads the string whose quote is next, where its content is looked at and not passed on. Without escapes it is
   * not copied.
   */
  readText(): void {
    const { bytes } = this;
    const start = this.at + 1;
    let end = start;
    while (end < bytes.length && plainBytes[bytes[end]!] === 1) end++;
    if (bytes[end] === ascii.quote) {
      this.text = bytes;
      this.textStart = start;
      this.textEnd = end;
      this.at = end + 1;
      return;
    }
    const { scratch } = this;
    scratch.at = 0;
    this.at = copyString(bytes, start, scratch, this.view) + 1;
    this.textStart = 0;
    this.textEnd = scratch.at;
    // As in the input, a quote follows the text, so that a number in it ends there.
    scratch.codePoint(ascii.quote);
    this.text = scratch.bytes;
  }

  /** Writes the content of the string whose quote is next. */
  copyText(writer: ProtobufWriter): void {
    this.at = copyString(this.bytes, this.at + 1, writer, this.view) + 1;
  }

  /**
   * Reads the number that is next, or any text in quotes where a number may stand; it is then in `text`.
   * @returns where it begins
   */
  readNumber(): number {
    const quoted = this.peek() === ascii.quote;
    const start = this.at;
    if (quoted) {
      this.readText();
    } else {
      this.skipNumber('expected a number');
      this.text = this.bytes;
      this.textStart = start;
      this.textEnd = this.at;
    }
    return start;
  }

  private skipNumber(otherwise: string): void {
    const end = numberEnd(this.bytes, this.at);
    if (end === -1) throw new JsonFault(otherwise, this.at);
    this.at = end;
  }

  /** Steps over `true`, `false` or `null`. */
  skipLiteral(literal: Uint8Array): void {
    for (let i = 0; i < literal.length; i++) {
      if (this.bytes[this.at + i] !== literal[i]) throw new JsonFault('expected a value', this.at);
    }
    this.at += literal.length;
  }

  /** Steps over any value. */
  skipValue(): void {
    const byte = this.peek();
    switch (byte) {
      case ascii.quote:
        this.at = skipString(this.bytes, this.at + 1) + 1;
        return;
      case ascii.leftBrace:
        for (let more = this.enter(byte, ascii.rightBrace); more; more = this.hasNext(ascii.rightBrace)) {
          this.expectKey();
          this.at = skipString(this.bytes, this.at + 1) + 1;
          this.skipColon();
          this.skipValue();
        }
        return;
      case ascii.leftBracket:
        for (let more = this.enter(byte, ascii.rightBracket); more; more = this.hasNext(ascii.rightBracket)) {
          this.skipValue();
        }
        return;
      case ascii.lowerT:
        return this.skipLiteral(literals.true);
      case ascii.lowerF:
        return this.skipLiteral(literals.false);
      case ascii.lowerN:
        return this.skipLiteral(literals.null);
      default:
        this.skipNumber('expected a value');
    }
  }

  /** @throws JsonFault if there is more than one value */
  expectEnd(): void {
    if (this.peek() !== 0) throw new JsonFault('something follows the end of the JSON text', this.at);
  }

  private expectKey(): void {
    if (this.peek() !== ascii.quote) throw new JsonFault('expected a key in quotes', this.at);
  }

  private skipColon(): void {
    if (this.peek() !== ascii.colon) throw new JsonFault('expected ":"', this.at);
    this.at++;
  }
}

const encoder = new TextEncoder();

export const literals = {
  true: encoder.encode('true'),
  false: encoder.encode('false'),
  null: encoder.encode('null'),
};
