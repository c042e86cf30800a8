import { AttributePlaces } from './attribute-places.ts';
import { isCallKind } from './span-kind.ts';
import { nanosBetween } from './fixed64.ts';
import { Interner } from './interner.ts';
import { column, columns, SpanTable } from './span-table.ts';
import { markOf, mayBeMark, spanMark } from './span-mark.ts';
import {
  depths,
  eventKind,
  scanEvent,
  scanLink,
  scanResource,
  scanScope,
  scanStatus,
  scanText,
} from './span-parts.ts';
import { skipUnknown, validateAttribute } from './validate.ts';
import { WireReader } from './wire.ts';

/** Names that a scanner tells apart, and of how many bytes: apps have few. */
export const mostNames = 256;
const longestName = 256;

/** What stands in one request: the spans by row, and the resources and scopes that they point to. */
export interface TraceBatch {
  readonly bytes: Uint8Array;
  /** The same bytes, for numbers of fixed width. */
  readonly view: DataView;
  readonly spans: SpanTable;
  /** Names of spans, to be told apart by their numbers; not of all, if there are very many or long ones. */
  readonly names: Interner;
  /** Byte ranges of the ResourceSpans and ScopeSpans messages: `start, end, start, end, …`. */
  readonly resources: readonly number[];
  readonly scopes: readonly number[];
  /** Spans that have a `job.name` or a `task.name`, by their index, rising: none in nearly all requests. */
  readonly tasks: readonly number[];
  /** The same of spans that tell of circuit breakers or retries, see `spanMark`, or have an event that does. */
  readonly reports: readonly number[];
  /** Of CLIENT and PRODUCER spans, which of the attributes that the scanner was told of stand where. */
  readonly places: AttributePlaces;
  /** Spans that are not in the table, since their ids are not ids. */
  readonly rejectedSpans: number;
}

/**
 * Visits the structure of an ExportTraceServiceRequest once (trace.proto, trace_service.proto of
 * opentelemetry-proto) and notes where each span and its fields are, and, of what is asked of every span later, what it is: by then
 * the bytes are far away. It decodes no text, no attribute and no other number that is not needed to find the way; `SpanView` does,
 * when asked. What it accepts is whole: every message down to
 * the last attribute value has been walked, so that nothing broken is passed on.
 *
 * It does not check that text is UTF-8, as the Collector does not: text is decoded with replacement characters.
 *
 * A scanner holds the table of its last request; one at work is not shared.
 */
export class TraceScanner {
  private readonly reader = new WireReader();
  private view: DataView = new DataView(new ArrayBuffer(0));
  private readonly spans = new SpanTable();
  private names = new Interner(mostNames, longestName);
  private resources: number[] = [];
  private scopes: number[] = [];
  private tasks: number[] = [];
  private reports: number[] = [];
  private rejectedSpans = 0;
  private readonly places: AttributePlaces;
  /** Those that are being walked; listed when they turn out to hold a span, since a request can be made of empty ones. */
  private resource = new Enclosing(0, 0);
  private scope = new Enclosing(0, 0);

  /** @param noted keys of attributes of CLIENT and PRODUCER spans */
  constructor(noted: readonly string[] = []) {
    this.places = new AttributePlaces(noted);
  }

  /** Spans that its table has room for: it has grown to the largest request so far. */
  get capacity(): number {
    return this.spans.cells.length / columns;
  }

  /**
   * The batch is valid until the next call of `scan`.
   * @throws MalformedOtlp if the bytes are not a whole message
   */
  scan(request: Uint8Array): TraceBatch {
    const { reader } = this;
    // Loops that meet both Buffers and plain arrays are compiled for either, and slower: they meet plain ones only.
    const bytes = new Uint8Array(request.buffer, request.byteOffset, request.byteLength);
    reader.reset(bytes);
    this.view = new DataView(request.buffer, request.byteOffset, request.byteLength);
    this.spans.clear();
    this.places.open(bytes, this.view);
    if (this.names.size === mostNames) this.names = new Interner(mostNames, longestName);
    this.resources = [];
    this.scopes = [];
    this.tasks = [];
    this.reports = [];
    this.rejectedSpans = 0;
    const end = bytes.length;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) this.scanResourceSpans(reader.length(end));
      else skipUnknown(reader, tag, end, 1);
    }
    const { view, spans, names, resources, scopes, tasks, reports, places, rejectedSpans } = this;
    return { bytes, view, spans, names, resources, scopes, tasks, reports, places, rejectedSpans };
  }

  private scanResourceSpans(length: number): void {
    const { reader } = this;
    const end = reader.at + length;
    this.resource = new Enclosing(reader.at, end);
    while (reader.at < end) {
      const tag = reader.tag(end);
      switch (tag) {
        case 0x0a: // resource
          scanResource(reader, reader.length(end));
          break;
        case 0x12: // scope_spans
          this.scanScopeSpans(reader.length(end));
          break;
        case 0x1a: // schema_url
          reader.skipLength(end);
          break;
        default:
          skipUnknown(reader, tag, end, 3);
      }
    }
  }

  private scanScopeSpans(length: number): void {
    const { reader } = this;
    const end = reader.at + length;
    this.scope = new Enclosing(reader.at, end);
    while (reader.at < end) {
      const tag = reader.tag(end);
      switch (tag) {
        case 0x0a: // scope
          scanScope(reader, reader.length(end));
          break;
        case 0x12: // spans
          this.scanSpan(reader.length(end));
          break;
        case 0x1a: // schema_url
          reader.skipLength(end);
          break;
        default:
          skipUnknown(reader, tag, end, 3);
      }
    }
  }

  private scanSpan(length: number): void {
    const { reader, spans, places } = this;
    const { bytes } = reader;
    const start = reader.at;
    const end = start + length;
    const row = spans.append();
    const index = spans.length - 1;
    places.begin(index);
    const { cells } = spans;
    cells[row + column.start] = start;
    cells[row + column.end] = end;
    let parentIsWhole = true;
    let marks: number = spanMark.none;
    let isCall = false;
    let areAllNoted = true;
    while (reader.at < end) {
      const tag = reader.tag(end);
      switch (tag) {
        case 0x0a: // trace_id
          cells[row + column.traceId] = this.scanId(reader.length(end), 16);
          break;
        case 0x12: // span_id
          cells[row + column.spanId] = this.scanId(reader.length(end), 8);
          break;
        case 0x22: // parent_span_id
          parentIsWhole = this.scanParentId(cells, row, reader.length(end));
          break;
        case 0x1a: // trace_state
          scanText(reader, cells, row + column.traceState, end);
          break;
        case 0x2a: // name
          scanText(reader, cells, row + column.name, end);
          break;
        case 0x30: // kind
          cells[row + column.kind] = reader.varint32(end);
          isCall = isCallKind(cells[row + column.kind]!);
          break;
        case 0x39: // start_time_unix_nano
          cells[row + column.startTime] = reader.fixed(8, end);
          break;
        case 0x41: // end_time_unix_nano
          cells[row + column.endTime] = reader.fixed(8, end);
          break;
        case 0x4a: {
          // attributes
          const { at } = reader;
          const isPlain = validateAttribute(reader, end, depths.span);
          if (!isPlain || mayBeMark(bytes, at)) marks |= markOf(reader, at, isPlain);
          if (isCall) places.note(at, isPlain);
          else areAllNoted = false;
          break;
        }
        case 0x5a: {
          // events
          const kind = scanEvent(reader, reader.length(end));
          if (kind === eventKind.exception) cells[row + column.hasException] = 1;
          else if (kind === eventKind.breakerChange) marks |= spanMark.report;
          break;
        }
        case 0x6a: // links
          scanLink(reader, reader.length(end));
          break;
        case 0x50: // dropped_attributes_count
        case 0x60: // dropped_events_count
        case 0x70: // dropped_links_count
          reader.varint32(end);
          break;
        case 0x7a: // status
          scanStatus(reader, cells, row, reader.length(end));
          break;
        case 0x85: // flags
          cells[row + column.flags] = this.view.getUint32(reader.fixed(4, end), true);
          break;
        default:
          // Field 16 has a tag of two bytes, which skipUnknown's limit must include.
          skipUnknown(reader, tag, end, 16);
      }
    }
    if (cells[row + column.traceId] === -1 || cells[row + column.spanId] === -1 || !parentIsWhole) {
      // trace.proto: such ids are invalid. The span is refused alone; its neighbours are good.
      spans.retract();
      this.rejectedSpans++;
      return;
    }
    if (marks !== spanMark.none) this.noteMarks(marks, index);
    if (!isCall) places.begin(index);
    else if (!areAllNoted) this.noteAttributes(index, start, end);
    places.end(index);
    cells[row + column.resource] = note(this.resources, this.resource);
    cells[row + column.scope] = note(this.scopes, this.scope);
    const nameAt = cells[row + column.name]!;
    const nameLength = nameAt === -1 ? 0 : cells[row + column.nameLength]!;
    cells[row + column.nameNumber] = this.names.intern(this.view, Math.max(0, nameAt), nameLength);
    spans.durations[index] = nanosBetween(
      this.view,
      cells[row + column.startTime]!,
      cells[row + column.endTime]!,
    );
  }

  /** For a span that says its kind after an attribute, or twice, as no known sender does. */
  private noteAttributes(index: number, start: number, end: number): void {
    const { reader, places } = this;
    places.begin(index);
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.tag(end);
      const { at } = reader;
      reader.skip(tag, end);
      if (tag === 0x4a) places.note(at, false);
    }
  }

  private noteMarks(marks: number, index: number): void {
    if ((marks & spanMark.task) !== 0) this.tasks.push(index);
    if ((marks & spanMark.report) !== 0) this.reports.push(index);
  }

  /** Steps over an id. @returns where it is; -1 if it is none */
  private scanId(length: number, expected: number): number {
    const { reader } = this;
    const start = reader.at;
    reader.at += length;
    return length === expected && !isZero(reader.bytes, start, length) ? start : -1;
  }

  /** Steps over it. No parent is said by an empty id, and by some senders with zeros. @returns whether it is an id, or none */
  private scanParentId(cells: Int32Array, row: number, length: number): boolean {
    const { reader } = this;
    const present = length > 0 && !isZero(reader.bytes, reader.at, length);
    cells[row + column.parentSpanId] = present ? reader.at : -1;
    reader.at += length;
    return length === 8 || length === 0;
  }
}

/**
 * A message that others stand in. A class: plain objects with properties of these names are one shape all over the program, which takes
 * longer to read here once somewhere one of them holds a fraction.
 */
class Enclosing {
  readonly start: number;
  readonly end: number;
  isNoted = false;

  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }
}

/** @returns the index of the range in the list, of which it is the last */
function note(ranges: number[], message: Enclosing): number {
  if (!message.isNoted) ranges.push(message.start, message.end);
  message.isNoted = true;
  return ranges.length / 2 - 1;
}

function isZero(bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[at + i] !== 0) return false;
  return true;
}
