import type { Field, Message } from './schema/schema.ts';
import { fieldKind } from './schema/schema.ts';
import { malformed, WireReader, wireType } from './wire.ts';

/** As deep as protobuf's own decoders go by default. */
const deepestNesting = 100;

/** Told of messages of one type, and of the message directly in the request that each is in. */
export interface Watch {
  message: Message;
  found: (start: number, end: number, outerStart: number, outerEnd: number) => void;
}

/**
 * Walks a whole request by its schema and counts the messages of some types. It decodes nothing, and refuses what a decoder of protobuf
 * would: what is passed on is whole. Slower than `TraceScanner`: the way of the spans is the one that must be quick.
 */
export class SchemaWalk {
  private readonly reader = new WireReader();
  private readonly items: ReadonlySet<Message>;
  private readonly watched: Message | undefined;
  private readonly found: Watch['found'] | undefined;
  private itemCount = 0;
  /** Of the message directly in the request that is walked. */
  private outerStart = 0;
  private outerEnd = 0;

  /** @param items messages of these types are counted. @param watch not told of anything that comes behind what is broken */
  constructor(request: Uint8Array, items: ReadonlySet<Message>, watch?: Watch) {
    this.reader.reset(new Uint8Array(request.buffer, request.byteOffset, request.byteLength));
    this.items = items;
    this.watched = watch?.message;
    this.found = watch?.found;
  }

  /** @throws MalformedOtlp */
  count(request: Message): number {
    this.walk(request, this.reader.bytes.length, 0);
    return this.itemCount;
  }

  private walk(message: Message, end: number, depth: number): void {
    const { reader } = this;
    const start = reader.at;
    if (depth > deepestNesting)
      throw malformed(`messages are nested more than ${deepestNesting} deep`, reader.at);
    if (this.items.has(message)) this.itemCount++;
    while (reader.at < end) {
      const tag = reader.tag(end);
      const field = message.byNumber[tag >>> 3];
      if (field === undefined) reader.skip(tag, end);
      else if (field.message !== undefined) this.embedded(field.message, tag, end, depth);
      else this.scalar(field, tag, end);
    }
    if (message === this.watched) this.found?.(start, end, this.outerStart, this.outerEnd);
  }

  private embedded(message: Message, tag: number, end: number, depth: number): void {
    const { reader } = this;
    if ((tag & 7) !== wireType.len) throw wrongWireType(tag, reader);
    const length = reader.length(end);
    if (depth === 0) {
      this.outerStart = reader.at;
      this.outerEnd = reader.at + length;
    }
    this.walk(message, reader.at + length, depth + 1);
  }

  private scalar(field: Field, tag: number, end: number): void {
    const { reader } = this;
    if ((tag & 7) === field.wireType) reader.skip(tag, end);
    // A list of numbers may be packed into one field or stand one by one: readers take both.
    else if (field.packed && (tag & 7) === wireType.len) this.packed(field, end);
    else throw wrongWireType(tag, reader);
  }

  private packed(field: Field, end: number): void {
    const { reader } = this;
    const length = reader.length(end);
    const packedEnd = reader.at + length;
    while (reader.at < packedEnd) {
      if (field.kind === fieldKind.uint64) reader.varint32(packedEnd);
      else reader.fixed(8, packedEnd);
    }
  }
}

function wrongWireType(tag: number, { at }: WireReader) {
  return malformed(`field ${tag >>> 3} has the wrong wire type`, at);
}
