import { keyValue } from '../schema/common.ts';
import { type Field, fieldKind, type Message } from '../schema/schema.ts';
import { malformed, WireReader, wireType } from '../wire.ts';
import { canonical, isCanonical } from './canonical.ts';
import { scalarText } from './scalar-text.ts';
import { TextSink } from './text-sink.ts';

/** As deep as protobuf's own decoders go by default. */
const deepestNesting = 100;

/** What is written in place of a text. @param key of the attribute that the text is in, if it is in one */
export type Rewrite = (text: string, key: string | undefined) => string;

/**
 * The JSON form (ProtoJSON, with OTLP's own rules for ids) of a protobuf message: one line without spaces, numbers of 64 bits as
 * text, enums as numbers, unknown fields left out.
 * @throws MalformedOtlp
 */
export function writeJson(bytes: Uint8Array, message: Message, rewrite: Rewrite): string {
  const sink = new TextSink();
  new JsonWriter(bytes, sink, rewrite, undefined).message(message, 0, bytes.length, 0);
  return sink.finish();
}

class JsonWriter {
  private readonly reader = new WireReader();
  private readonly sink: TextSink;
  private readonly rewrite: Rewrite;
  private key: string | undefined;

  constructor(bytes: Uint8Array, sink: TextSink, rewrite: Rewrite, key: string | undefined) {
    this.reader.reset(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.sink = sink;
    this.rewrite = rewrite;
    this.key = key;
  }

  message(message: Message, start: number, end: number, depth: number): void {
    const { reader, sink, rewrite } = this;
    if (depth > deepestNesting)
      throw malformed(`messages are nested more than ${deepestNesting} deep`, start);
    if (!isCanonical(reader, message, start, end)) {
      // Rare: the fields are brought into the order in which JSON needs them.
      const ordered = canonical(reader, message, start, end);
      new JsonWriter(ordered, sink, rewrite, this.key).message(message, 0, ordered.length, depth);
      reader.at = end;
      return;
    }
    const outerKey = this.key;
    sink.add('{');
    this.fields(message, start, end, depth);
    sink.add('}');
    this.key = outerKey;
  }

  private fields(message: Message, start: number, end: number, depth: number): void {
    const { reader, sink } = this;
    let last: Field | undefined;
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.tag(end);
      const field = message.byNumber[tag >>> 3];
      if (field === undefined) {
        reader.skip(tag, end);
        continue;
      }
      if (field !== last) {
        if (last !== undefined) sink.add(last.repeated ? '],' : ',');
        sink.add(`"${field.name}":${field.repeated ? '[' : ''}`);
      } else {
        sink.add(',');
      }
      last = field;
      this.field(message, field, tag, end, depth);
    }
    if (last?.repeated) sink.add(']');
  }

  private field(message: Message, field: Field, tag: number, end: number, depth: number): void {
    const { reader, sink } = this;
    if (field.message !== undefined) {
      const length = reader.length(end);
      const next = reader.at + length;
      this.message(field.message, reader.at, next, depth + 1);
      reader.at = next;
    } else if (field.packed && (tag & 7) === wireType.len) {
      const length = reader.length(end);
      const next = reader.at + length;
      while (reader.at < next) {
        sink.add(scalarText(reader, field, next));
        if (reader.at < next) sink.add(',');
      }
    } else if (field.kind === fieldKind.string) {
      this.text(message, end);
    } else {
      sink.add(scalarText(reader, field, end));
    }
  }

  private text(message: Message, end: number): void {
    const { reader, sink } = this;
    const length = reader.length(end);
    const text = decoder.decode(reader.bytes.subarray(reader.at, reader.at + length));
    reader.at += length;
    const isKey = message === keyValue;
    if (isKey) this.key = text;
    sink.add(JSON.stringify(isKey ? text : this.rewrite(text, this.key)));
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
