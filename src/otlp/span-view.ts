import { breakerChangeEvent } from '../conventions/attributes.ts';
import { type AttributeValue, AttributeReader, type Limits } from './attributes.ts';
import { unixMillis } from './fixed64.ts';
import type { Interner } from './interner.ts';
import { messagesIn } from './messages.ts';
import { mix } from './mix.ts';
import { column, columns } from './span-table.ts';
import { decodeHex, decodeText, longestShortText, longestText } from './text.ts';
import { mostNames, type TraceBatch } from './trace-scanner.ts';
import { WireReader } from './wire.ts';

/** trace.proto, Status.StatusCode */
export const statusCode = { unset: 0, ok: 1, error: 2 } as const;

const statusNames = Object.keys(statusCode);

/** In lower case; one that is not known is unset. */
export function statusName(code: number): string {
  return statusNames[code] ?? 'unset';
}

/** trace.proto, SpanFlags: whether it is known that the parent is remote, and whether it is. */
const parentIsRemoteKnown = 0x100;
const parentIsRemote = 0x200;

const tags = {
  spanAttributes: 0x4a,
  spanEvents: 0x5a,
  eventAttributes: 0x1a,
  resourceAttributes: 0x0a,
} as const;

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** An event of a span: its attributes, and when it happened in milliseconds since the Unix epoch. */
export interface EventOfSpan {
  timeMillis: number;
  attributes: Map<string, AttributeValue>;
}

/** Bytes of texts. Names and attributes are shown with at most 512 characters; a trace state is at most so long by its specification. */
const longest = {
  name: 1024,
  scopeName: longestShortText,
  text: 16_384,
  traceState: 1024,
  attribute: longestShortText,
  stack: longestText,
};

const spanLimits: Limits = { most: 256, longestOf: () => longest.attribute };

const exceptionLimits: Limits = {
  most: 256,
  longestOf: (key) => {
    if (key === 'exception.stacktrace') return longest.stack;
    return key === 'exception.message' ? longest.text : longest.attribute;
  },
};

/**
 * One span of a batch, read where it stands. The view is moved from span to span and decodes only what it is
 * asked for; nothing it returns holds on to the bytes.
 */
export class SpanView {
  private batch: TraceBatch | undefined;
  private bytes: Uint8Array = new Uint8Array(0);
  private numbers: DataView = new DataView(new ArrayBuffer(0));
  private cells = new Int32Array(0);
  private durations = new Float64Array(0);
  private row = 0;
  /** By number of the name; 0 where it was not asked for. */
  private readonly nameHashes = new Int32Array(mostNames);
  private lastScope: { index: number; name: string } | undefined;
  private readonly attributeReader = new AttributeReader();
  private readonly reader = new WireReader();

  open(batch: TraceBatch): void {
    // A scanner gives names the same numbers for many requests.
    if (batch.names !== this.batch?.names) this.nameHashes.fill(0);
    this.batch = batch;
    this.bytes = batch.bytes;
    this.numbers = batch.view;
    this.cells = batch.spans.cells;
    this.durations = batch.spans.durations;
    this.row = 0;
    this.lastScope = undefined;
    this.attributeReader.open(batch);
  }

  /** Lets go of the bytes it has read. @param empty a batch without spans */
  close(empty: TraceBatch): void {
    this.open(empty);
    this.reader.reset(empty.bytes);
  }

  moveTo(index: number): this {
    this.row = index * columns;
    return this;
  }

  /** What the view shows: the index of the span in the batch. */
  get index(): number {
    return this.row / columns;
  }

  /** Of the span's message, without its tag and length. */
  get byteLength(): number {
    return this.cells[this.row + column.end]! - this.cells[this.row + column.start]!;
  }

  /** Index of the ResourceSpans that the span stands in: spans of one resource have the same. */
  get resource(): number {
    return this.cells[this.row + column.resource]!;
  }

  get kind(): number {
    return this.cells[this.row + column.kind]!;
  }

  get statusCode(): number {
    return this.cells[this.row + column.statusCode]!;
  }

  get hasException(): boolean {
    return this.cells[this.row + column.hasException] === 1;
  }

  /** It has the status ERROR, or an exception was recorded on it. */
  get failed(): boolean {
    return this.statusCode === statusCode.error || this.hasException;
  }

  get hasParent(): boolean {
    return this.cells[this.row + column.parentSpanId]! >= 0;
  }

  /** What `flags` say of where the parent is; undefined if they do not. */
  get parentIsRemote(): boolean | undefined {
    const flags = this.cells[this.row + column.flags]!;
    return (flags & parentIsRemoteKnown) === 0 ? undefined : (flags & parentIsRemote) !== 0;
  }

  /** To be compared: a long one is cut. */
  get name(): string {
    return this.text(column.name, column.nameLength, longest.name);
  }

  /** To be told: a long one must first be searched for secrets. */
  get fullName(): string {
    return this.text(column.name, column.nameLength, longest.text);
  }

  get traceState(): string {
    return this.text(column.traceState, column.traceStateLength, longest.traceState);
  }

  get statusMessage(): string {
    return this.text(column.statusMessage, column.statusMessageLength, longest.text);
  }

  get traceId(): string {
    return decodeHex(this.bytes, this.cells[this.row + column.traceId]!, 16);
  }

  get spanId(): string {
    return decodeHex(this.bytes, this.cells[this.row + column.spanId]!, 8);
  }

  get parentSpanId(): string {
    return this.hasParent ? decodeHex(this.bytes, this.cells[this.row + column.parentSpanId]!, 8) : '';
  }

  /** Copies the 16 bytes of the trace id and the 8 of the span id. */
  writeIds(target: Uint8Array, at: number): void {
    const traceId = this.cells[this.row + column.traceId]!;
    const spanId = this.cells[this.row + column.spanId]!;
    for (let i = 0; i < 16; i++) target[at + i] = this.bytes[traceId + i]!;
    for (let i = 0; i < 8; i++) target[at + 16 + i] = this.bytes[spanId + i]!;
  }

  /** The last 4 bytes of the span id, unsigned: SDKs choose them at random. */
  get spanIdLow(): number {
    return this.numbers.getUint32(this.cells[this.row + column.spanId]! + 4, true);
  }

  /** Milliseconds since the Unix epoch. */
  get endMillis(): number {
    return unixMillis(this.numbers, this.cells[this.row + column.endTime]!);
  }

  /** Exact for up to 104 days; negative if the clock was set back, or an end is missing. */
  get durationNanos(): number {
    return this.durations[this.index]!;
  }

  /** Of its name within the batch: below `mostNames`, or -1 if it has none. */
  get nameNumber(): number {
    return this.cells[this.row + column.nameNumber]!;
  }

  internName(interner: Interner): number {
    const at = this.cells[this.row + column.name]!;
    return at === -1
      ? interner.intern(this.numbers, 0, 0)
      : interner.intern(this.numbers, at, this.cells[this.row + column.nameLength]!);
  }

  /** 32 bits that follow from its name without the digits in it: `attempt 1` and `attempt 2` are alike. */
  get nameHash(): number {
    const number = this.nameNumber;
    if (number === -1) return this.hashName();
    return this.nameHashes[number] || (this.nameHashes[number] = this.hashName());
  }

  private hashName(): number {
    const { bytes, cells, row } = this;
    const at = cells[row + column.name]!;
    const end = at + Math.min(longest.name, cells[row + column.nameLength]!);
    let mixed = 0;
    if (at === -1) return mixed;
    for (let i = at; i < end; i++) if (!isDigit(bytes[i]!)) mixed = mix(mixed, bytes[i]!);
    return mixed;
  }

  attribute(key: Uint8Array): AttributeValue | undefined {
    const { start, end } = column;
    const { cells, row } = this;
    return this.attributeReader.find(cells[row + start]!, cells[row + end]!, tags.spanAttributes, key);
  }

  /** All, or those with one of these keys. */
  attributes(only?: ReadonlySet<string>): Map<string, AttributeValue> {
    const { cells, row } = this;
    const start = cells[row + column.start]!;
    return this.attributeReader.all(start, cells[row + column.end]!, tags.spanAttributes, spanLimits, only);
  }

  resourceAttribute(key: Uint8Array): AttributeValue | undefined {
    for (const [start, end] of this.messages(this.contextRange('resources'), 0x0a)) {
      const value = this.attributeReader.find(start, end, tags.resourceAttributes, key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Name of the instrumentation scope; empty if none is given. The spans of one scope stand together, so its name is kept. */
  get scopeName(): string {
    const scope = this.cells[this.row + column.scope]!;
    if (this.lastScope?.index !== scope) this.lastScope = { index: scope, name: this.readScopeName() };
    return this.lastScope.name;
  }

  private readScopeName(): string {
    for (const [start, end] of this.messages(this.contextRange('scopes'), 0x0a)) {
      for (const [nameStart, nameEnd] of this.messages([start, end], 0x0a)) {
        return decodeText(this.bytes, nameStart, nameEnd - nameStart, longest.scopeName);
      }
    }
    return '';
  }

  /** The exceptions recorded on the span, in the order in which they stand, at most `most`. @param only attributes with these keys */
  exceptions(most: number, only?: ReadonlySet<string>): EventOfSpan[] {
    return this.hasException ? this.events('exception', most, exceptionLimits, only) : [];
  }

  /** The changes of breakers that it tells of, in the same way. */
  breakerChanges(most: number): EventOfSpan[] {
    return this.events(breakerChangeEvent, most, spanLimits, undefined);
  }

  private events(
    wanted: string,
    most: number,
    limits: Limits,
    only: ReadonlySet<string> | undefined,
  ): EventOfSpan[] {
    const found: EventOfSpan[] = [];
    const { cells, row } = this;
    const { reader, bytes } = this;
    const end = cells[row + column.end]!;
    // As `messagesIn` does, which makes an object of each: every failed span is asked, several times.
    for (let at = cells[row + column.start]!; at < end && found.length < most; ) {
      reader.reset(bytes, at);
      const tag = reader.tag(end);
      if (tag !== tags.spanEvents) {
        reader.skip(tag, end);
        at = reader.at;
        continue;
      }
      const length = reader.length(end);
      const start = reader.at;
      at = start + length;
      const event = this.event(start, at, wanted, limits, only);
      if (event !== undefined) found.push(event);
    }
    return found;
  }

  private event(
    start: number,
    end: number,
    wanted: string,
    limits: Limits,
    only: ReadonlySet<string> | undefined,
  ): EventOfSpan | undefined {
    const { reader, bytes } = this;
    reader.reset(bytes, start);
    let timeAt = -1;
    let name = '';
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag === 0x09) {
        timeAt = reader.fixed(8, end);
      } else if (tag === 0x12) {
        const length = reader.length(end);
        name = decodeText(bytes, reader.at, length, longest.name);
        reader.at += length;
      } else {
        reader.skip(tag, end);
      }
    }
    if (name !== wanted) return undefined;
    const attributes = this.attributeReader.all(start, end, tags.eventAttributes, limits, only);
    return { timeMillis: unixMillis(this.numbers, timeAt), attributes };
  }

  private contextRange(kind: 'resources' | 'scopes'): readonly [number, number] {
    const index = this.cells[this.row + (kind === 'resources' ? column.resource : column.scope)]!;
    const ranges = this.batch?.[kind] ?? [];
    return [ranges[index * 2] ?? 0, ranges[index * 2 + 1] ?? 0];
  }

  private messages(range: readonly [number, number], wanted: number): Generator<[number, number]> {
    return messagesIn(this.reader, this.bytes, range, wanted);
  }

  private text(offset: number, length: number, most: number): string {
    const at = this.cells[this.row + offset]!;
    return at < 0 ? '' : decodeText(this.bytes, at, this.cells[this.row + length]!, most);
  }
}
