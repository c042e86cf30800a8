import { exportLogsServiceRequest, logRecord } from './schema/logs.ts';
import { dataPoints, exportMetricsServiceRequest } from './schema/metrics.ts';
import { type Field, fieldKind, type Message } from './schema/schema.ts';
import { malformed, WireReader, wireType } from './wire.ts';

/** As deep as protobuf's own decoders go by default. */
const deepestNesting = 100;

/**
 * Walks a whole ExportLogsServiceRequest and counts its log records. It decodes nothing, and refuses what a decoder of
 * protobuf would: what is passed on is whole.
 * @throws MalformedOtlp
 */
export function countLogRecords(request: Uint8Array): number {
  return new Walk(request, new Set([logRecord])).count(exportLogsServiceRequest);
}

/**
 * The same of an ExportMetricsServiceRequest and its data points, of whichever kind.
 * @throws MalformedOtlp
 */
export function countDataPoints(request: Uint8Array): number {
  return new Walk(request, new Set(dataPoints)).count(exportMetricsServiceRequest);
}

/** By the schema, and so slower than `TraceScanner`: the way of the spans is the one that must be quick. */
class Walk {
  private readonly reader = new WireReader();
  private readonly items: ReadonlySet<Message>;
  private itemCount = 0;

  constructor(request: Uint8Array, items: ReadonlySet<Message>) {
    this.reader.reset(new Uint8Array(request.buffer, request.byteOffset, request.byteLength));
    this.items = items;
  }

  count(request: Message): number {
    this.walk(request, this.reader.bytes.length, 0);
    return this.itemCount;
  }

  private walk(message: Message, end: number, depth: number): void {
    const { reader } = this;
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
  }

  private embedded(message: Message, tag: number, end: number, depth: number): void {
    const { reader } = this;
    if ((tag & 7) !== wireType.len) throw wrongWireType(tag, reader);
    const length = reader.length(end);
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
