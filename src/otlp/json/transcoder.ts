import { MalformedOtlp } from '../malformed.ts';
import { ascii } from './ascii.ts';
import { JsonFault } from './json-fault.ts';
import { deepestNesting, JsonReader, literals } from './json-reader.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { writePlainAttribute } from './plain-attribute.ts';
import { ScalarWriter } from './scalar-writer.ts';
import { keyValue } from '../schema/common.ts';
import type { Field, Message } from '../schema/schema.ts';

/**
 * Turns the JSON form of a protobuf message (ProtoJSON, with OTLP's own rules for ids) into its wire form, in one
 * pass over the bytes. There is no tree of objects between the two: the memory taken is the output's, whatever is
 * sent, and 64-bit numbers never become doubles.
 *
 * - Keys may be in lowerCamelCase or, leniently, snake_case. Unknown keys are skipped with all they hold.
 * - `null` is an absent field; in a list of messages, an empty message.
 * - A key that comes twice is written twice, which protobuf merges: the last scalar wins, lists are joined.
 * - Enums may be numbers or names, 64-bit numbers numbers or text.
 *
 * @throws MalformedOtlp
 */
export function transcode(json: Uint8Array, message: Message): Uint8Array {
  // One type of array for all callers, so that the loops stay compiled for one.
  const bytes = new Uint8Array(json.buffer, json.byteOffset, json.byteLength);
  return new Transcoder(bytes).run(message);
}

const notInList = -1;

const packedLengthBytes = 1;

class Transcoder {
  private readonly reader: JsonReader;
  private readonly writer: ProtobufWriter;
  private readonly scalars: ScalarWriter;
  /** How many messages are open, and for each the field being read (none if unknown) and the place in its list. */
  private depth = 0;
  private readonly fields: (Field | undefined)[] = [];
  private readonly places = new Int32Array(deepestNesting).fill(notInList);

  constructor(json: Uint8Array) {
    this.reader = new JsonReader(json);
    // OTLP's protobuf form is a little less than half of its JSON form.
    this.writer = new ProtobufWriter((json.length >>> 1) + 64);
    this.scalars = new ScalarWriter(this.reader, this.writer);
  }

  run(message: Message): Uint8Array {
    try {
      this.readMessage(message);
      this.reader.expectEnd();
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      const path = this.path();
      const where = path === '' ? '' : ` in ${path}`;
      throw new MalformedOtlp(`${error.message}${where} (byte ${error.at})`, path);
    }
    return this.writer.finish();
  }

  private readMessage(message: Message): void {
    const { reader, fields } = this;
    if (!reader.enter(ascii.leftBrace, ascii.rightBrace)) return;
    const depth = this.depth++;
    let expected = message.first;
    do {
      let field = expected;
      if (field === undefined || !reader.skipKey(field.key)) {
        fields[depth] = undefined;
        reader.readKey();
        field = message.fields.find(reader.text, reader.textStart, reader.textEnd);
      }
      fields[depth] = field;
      expected = field?.next;
      if (field === undefined) reader.skipValue();
      else if (reader.peek() === ascii.lowerN) reader.skipLiteral(literals.null);
      else if (field.repeated) this.readList(field, depth);
      else this.readField(field);
    } while (reader.hasNext(ascii.rightBrace));
    this.depth = depth;
  }

  private readField(field: Field): void {
    this.writer.varint(field.tag);
    if (field.message === undefined) this.scalars.write(field);
    else this.readEmbedded(field.message);
  }

  private readEmbedded(message: Message): void {
    const start = this.writer.open(message.lengthBytes);
    this.readMessage(message);
    this.writer.close(start, message.lengthBytes);
  }

  private readList(field: Field, depth: number): void {
    const { reader } = this;
    if (!reader.enter(ascii.leftBracket, ascii.rightBracket)) return;
    const start = field.packed ? this.openPacked(field) : 0;
    do {
      this.places[depth]!++;
      if (field.packed) this.scalars.write(field);
      else if (field.message === keyValue && this.readAttribute(field)) continue;
      else if (field.message !== undefined && reader.peek() === ascii.lowerN) this.readNull(field);
      else this.readField(field);
    } while (reader.hasNext(ascii.rightBracket));
    this.places[depth] = notInList;
    if (field.packed) this.writer.close(start, packedLengthBytes);
  }

  /** @returns false if it is not a plain one */
  private readAttribute(field: Field): boolean {
    this.reader.peek();
    return writePlainAttribute(this.reader, this.writer, field.tag);
  }

  private openPacked(field: Field): number {
    this.writer.varint(field.tag);
    return this.writer.open(packedLengthBytes);
  }

  private readNull(field: Field): void {
    this.reader.skipLiteral(literals.null);
    this.writer.varint(field.tag);
    this.writer.varint(0);
  }

  /** Where it went wrong. Only fields of the schema are named: nothing of the input is shown to anyone. */
  private path(): string {
    let path = '';
    for (let i = 0; i < this.depth; i++) {
      const field = this.fields[i];
      if (field === undefined) break;
      const place = this.places[i]!;
      path += `${i === 0 ? '' : '.'}${field.name}${place === notInList ? '' : `[${place}]`}`;
    }
    return path;
  }
}
