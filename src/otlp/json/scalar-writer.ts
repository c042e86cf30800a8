import { ascii, asciiText } from './ascii.ts';
import { writeBase64, writeHex } from './binary-text.ts';
import { JsonFault } from './json-fault.ts';
import { type JsonReader, literals } from './json-reader.ts';
import { isNumber, parseDouble } from './number.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import { type Field, fieldKind } from '../schema/schema.ts';
import { WholeNumber } from './whole-number.ts';

/** Reads one JSON value and writes it as one scalar of protobuf, without its tag. Its methods throw a JsonFault. */
export class ScalarWriter {
  private readonly reader: JsonReader;
  private readonly writer: ProtobufWriter;
  private readonly whole = new WholeNumber();

  constructor(reader: JsonReader, writer: ProtobufWriter) {
    this.reader = reader;
    this.writer = writer;
  }

  write(field: Field): void {
    const { reader, writer, whole } = this;
    switch (field.kind) {
      case fieldKind.string:
        return this.writeString();
      case fieldKind.hex:
        return this.writeBinary(writeHex, 'expected pairs of hexadecimal digits');
      case fieldKind.bytes:
        return this.writeBinary(writeBase64, 'expected base64');
      case fieldKind.bool:
        return this.writeBool();
      case fieldKind.enum:
        if (reader.peek() === ascii.quote) return writer.varint(this.readEnumName(field));
        this.readWhole(32, true);
        return writer.varint64(whole.high, whole.low);
      case fieldKind.int32:
        this.readWhole(32, true);
        return writer.varint64(whole.high, whole.low);
      case fieldKind.uint32:
        this.readWhole(32, false);
        return writer.varint(whole.low);
      case fieldKind.sint32:
        this.readWhole(32, true);
        return writer.varint(((whole.low << 1) ^ (whole.low >> 31)) >>> 0);
      case fieldKind.int64:
        this.readWhole(64, true);
        return writer.varint64(whole.high, whole.low);
      case fieldKind.uint64:
        this.readWhole(64, false);
        return writer.varint64(whole.high, whole.low);
      case fieldKind.fixed32:
        this.readWhole(32, false);
        return writer.fixed32(whole.low);
      case fieldKind.fixed64:
        this.readWhole(64, false);
        return writer.fixed64(whole.high, whole.low);
      case fieldKind.sfixed64:
        this.readWhole(64, true);
        return writer.fixed64(whole.high, whole.low);
      case fieldKind.double:
        return writer.double(this.readDouble());
      case fieldKind.message:
        throw new TypeError(`${field.name} is not a scalar`);
    }
  }

  private writeString(): void {
    this.expectString();
    const start = this.writer.open(shortLengthBytes);
    this.reader.copyText(this.writer);
    this.writer.close(start, shortLengthBytes);
  }

  private writeBinary(write: typeof writeHex, expected: string): void {
    const { reader, writer } = this;
    const at = this.expectString();
    reader.readText();
    const start = writer.open(shortLengthBytes);
    if (!write(reader.text, reader.textStart, reader.textEnd, writer)) throw new JsonFault(expected, at);
    writer.close(start, shortLengthBytes);
  }

  private writeBool(): void {
    const { reader, writer } = this;
    const isTrue = reader.peek() === ascii.lowerT;
    if (!isTrue && reader.peek() !== ascii.lowerF) throw new JsonFault('expected true or false', reader.at);
    reader.skipLiteral(isTrue ? literals.true : literals.false);
    writer.varint(isTrue ? 1 : 0);
  }

  private readEnumName(field: Field): number {
    const { reader } = this;
    const { at } = reader;
    reader.readText();
    const name = asciiText(reader.text, reader.textStart, reader.textEnd);
    const { names = {} } = field;
    if (!Object.hasOwn(names, name)) throw new JsonFault("expected an enum's number or known name", at);
    return names[name]!;
  }

  /** Reads a number, or one in quotes, into `whole`, as two's complement. */
  private readWhole(bits: 32 | 64, signed: boolean): void {
    const { reader, whole } = this;
    const at = reader.readNumber();
    if (!whole.parse(reader.text, reader.textStart, reader.textEnd) || !whole.fits(bits, signed)) {
      throw new JsonFault(`expected a whole number of ${bits} bits${signed ? '' : ', not negative'}`, at);
    }
    whole.complement();
  }

  private readDouble(): number {
    const { reader } = this;
    const at = reader.readNumber();
    const { text, textStart, textEnd } = reader;
    if (isNumber(text, textStart, textEnd)) {
      const value = parseDouble(text, textStart, textEnd);
      if (!Number.isFinite(value)) throw new JsonFault('a number is too large for a double', at);
      return value;
    }
    const name = asciiText(text, textStart, textEnd);
    if (name === 'NaN' || name === 'Infinity' || name === '-Infinity') return Number(name);
    throw new JsonFault('expected a number', at);
  }

  /** @returns where it begins */
  private expectString(): number {
    if (this.reader.peek() !== ascii.quote) throw new JsonFault('expected a string', this.reader.at);
    return this.reader.at;
  }
}

const shortLengthBytes = 1;
