import { decodeAnyValue } from './any-value.ts';
import { AttributeReader, type AttributeValue, type Limits } from './attributes.ts';
import { unixMillis } from './fixed64.ts';
import { severityInText } from './log-level.ts';
import type { LogRange } from './log-scanner.ts';
import { messagesIn } from './messages.ts';
import { decodeHex, decodeText, longestShortText, longestText } from './text.ts';
import { WireReader } from './wire.ts';

/** logs.proto, LogRecord. */
const fields = {
  time: 0x09,
  severityNumber: 0x10,
  severityText: 0x1a,
  body: 0x2a,
  attributes: 0x32,
  traceId: 0x4a,
  spanId: 0x52,
  observedTime: 0x59,
  eventName: 0x62,
} as const;

/** Of ResourceLogs and ScopeLogs. */
const contextTag = 0x0a;
const resourceAttributes = 0x0a;
const scopeName = 0x0a;

/** Bytes. */
const longest = {
  name: longestShortText,
  /** There may be a stack in it, as in the attribute for it. */
  body: longestText,
  message: 16_384,
  attribute: longestShortText,
};

const limits: Limits = {
  most: 256,
  longestOf: (key) => {
    if (key === 'exception.stacktrace') return longestText;
    return key === 'exception.message' ? longest.message : longest.attribute;
  },
};

/** logs.proto, SeverityNumber: FATAL4. */
const highestSeverity = 24;

const idLengths = { trace: 16, span: 8 } as const;

const nowhere: LogRange = { record: [0, 0], resource: [0, 0], scope: [0, 0] };

/** One log record of a request, read where it stands: it is moved from record to record. Nothing it returns holds on to the bytes. */
export class LogView {
  readonly bytes: Uint8Array;
  /** The same bytes, for numbers of fixed width. */
  readonly numbers: DataView;
  private readonly reader = new WireReader();
  private readonly attributeReader = new AttributeReader();
  private range: LogRange = nowhere;
  /** The records of one scope stand together, so its name is kept. */
  private lastScope = { at: -1, name: '' };
  /** Where the value of each field is, by its tag; of several the last. */
  private values = new Map<number, number>();

  constructor(request: Uint8Array) {
    const { buffer, byteOffset, byteLength } = request;
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength);
    this.numbers = new DataView(buffer, byteOffset, byteLength);
    this.attributeReader.open({ bytes: this.bytes, view: this.numbers });
  }

  moveTo(range: LogRange): this {
    this.range = range;
    this.values = this.findFields();
    return this;
  }

  /** When it happened, or else was seen; milliseconds since the Unix epoch, 0 if nobody says. */
  get timeMillis(): number {
    return this.millis(fields.time) || this.millis(fields.observedTime);
  }

  /** 1 (TRACE) to 24 (FATAL4), as the number or else the text says; 0 if neither does. */
  get severityNumber(): number {
    const number = this.saidNumber();
    return number > 0 && number <= highestSeverity ? number : severityInText(this.severityText);
  }

  get severityText(): string {
    return this.text(fields.severityText, longest.name);
  }

  get eventName(): string {
    return this.text(fields.eventName, longest.message);
  }

  /** As text; a structured one as JSON. */
  get body(): string {
    const range = this.valueRange(fields.body);
    if (range === undefined) return '';
    this.reader.reset(this.bytes, range[0]);
    const decoded = decodeAnyValue(this.reader, range[1], longest.body);
    return typeof decoded === 'object' ? JSON.stringify(decoded) : String(decoded ?? '');
  }

  attributes(): Map<string, AttributeValue> {
    return this.attributeReader.all(...this.range.record, fields.attributes, limits);
  }

  /** 32 hex digits; empty if it has none, or what it has is no id. */
  get traceId(): string {
    return this.id(fields.traceId, idLengths.trace);
  }

  /** 16 hex digits; empty likewise. */
  get spanId(): string {
    return this.id(fields.spanId, idLengths.span);
  }

  /** Where trace and span id stand in the bytes; undefined if either is missing. */
  get idOffsets(): { traceAt: number; spanAt: number } | undefined {
    if (this.traceId === '' || this.spanId === '') return undefined;
    return { traceAt: this.valueRange(fields.traceId)![0], spanAt: this.valueRange(fields.spanId)![0] };
  }

  /** Name of the instrumentation scope, which for logs is the logger; empty if none is given. */
  get scopeName(): string {
    const { at, name } = this.lastScope;
    if (at === this.range.scope[0]) return name;
    this.lastScope = { at: this.range.scope[0], name: this.readScopeName() };
    return this.lastScope.name;
  }

  private readScopeName(): string {
    const { bytes } = this;
    for (const scope of messagesIn(this.reader, bytes, this.range.scope, contextTag)) {
      for (const [start, end] of messagesIn(this.reader, bytes, scope, scopeName))
        return decodeText(bytes, start, end - start, longest.name);
    }
    return '';
  }

  resourceAttribute(key: Uint8Array): AttributeValue | undefined {
    const { bytes } = this;
    for (const [start, end] of messagesIn(this.reader, bytes, this.range.resource, contextTag)) {
      const value = this.attributeReader.find(start, end, resourceAttributes, key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  private saidNumber(): number {
    const at = this.values.get(fields.severityNumber);
    if (at === undefined) return 0;
    this.reader.reset(this.bytes, at);
    return this.reader.varint32(this.end);
  }

  private get end(): number {
    return this.range.record[1];
  }

  private millis(tag: number): number {
    return unixMillis(this.numbers, this.values.get(tag) ?? -1);
  }

  private findFields(): Map<number, number> {
    const { reader, end } = this;
    const found = new Map<number, number>();
    reader.reset(this.bytes, this.range.record[0]);
    while (reader.at < end) {
      const tag = reader.tag(end);
      found.set(tag, reader.at);
      reader.skip(tag, end);
    }
    return found;
  }

  private valueRange(tag: number): [number, number] | undefined {
    const at = this.values.get(tag);
    if (at === undefined) return undefined;
    this.reader.reset(this.bytes, at);
    const length = this.reader.length(this.end);
    return [this.reader.at, this.reader.at + length];
  }

  private text(tag: number, most: number): string {
    const range = this.valueRange(tag);
    return range === undefined ? '' : decodeText(this.bytes, range[0], range[1] - range[0], most);
  }

  private id(tag: number, length: number): string {
    const range = this.valueRange(tag);
    if (range === undefined || range[1] - range[0] !== length) return '';
    const id = decodeHex(this.bytes, range[0], length);
    return /[^0]/.test(id) ? id : '';
  }
}
