import { breakerChangeEvent } from '../conventions/attributes.ts';
import { longestLevel, severityInText } from './log-level.ts';
import { bytesEqual, decodeText, encodeText } from './text.ts';
import { WireReader } from './wire.ts';

export type Range = readonly [start: number, end: number];

/** Where a log record stands, and the ResourceLogs and ScopeLogs that it is in. */
export interface LogRange {
  record: Range;
  resource: Range;
  scope: Range;
}

/** logs.proto, SeverityNumber: from here on it is an error. */
const leastErrorNumber = 17;

const tags = {
  resourceLogs: 0x0a,
  scopeLogs: 0x12,
  logRecord: 0x12,
  severityNumber: 0x10,
  severityText: 0x1a,
  attributes: 0x32,
  traceId: 0x4a,
  eventName: 0x62,
  key: 0x0a,
  value: 0x12,
} as const;

const exceptionKeys = ['exception.type', 'exception.message', 'exception.stacktrace'].map(encodeText);
/** What the names of such events are, or end with after a point. */
const failureEvents = ['exception', 'crash'].map(encodeText);
const breakerChange = encodeText(breakerChangeEvent);
/** Where the name of an event stood before there was a field for it. */
const eventNameKey = encodeText('event.name');
/** Before the text in an AnyValue: the tag of a text, and its length. */
const textHead = 2;
const point = 0x2e;
const traceIdLength = 16;

/**
 * Finds the log records that tell of failures in an ExportLogsServiceRequest (logs.proto) that was checked before: those of level
 * ERROR and above, and those of an exception or a crash, whatever their level. It decodes nothing, and finds the next only when it is asked
 * for: a request can be made of millions.
 * @param each told of every record, where its trace id stands (-1 if it has none), and whether it is one of those that
 * `breakerChangeLogs` finds
 */
export function* logFailures(
  bytes: Uint8Array,
  each: (record: Range, traceAt: number, isBreakerChange: boolean) => void = () => undefined,
): Generator<LogRange> {
  const reader = new WireReader();
  reader.reset(bytes);
  const failures = new Failures(reader);
  for (const resource of fieldsOf(reader, bytes.length, tags.resourceLogs)) {
    for (const scope of fieldsOf(reader, resource[1], tags.scopeLogs)) {
      for (const record of fieldsOf(reader, scope[1], tags.logRecord)) {
        const isFailure = failures.has(record[1]);
        each(record, failures.traceAt, failures.isBreakerChange);
        if (isFailure) yield { record, resource, scope };
        reader.at = record[1];
      }
    }
  }
}

/** Finds the records that tell that a circuit breaker is in another state, in the same way. */
export function* breakerChangeLogs(bytes: Uint8Array): Generator<LogRange> {
  const reader = new WireReader();
  reader.reset(bytes);
  const failures = new Failures(reader);
  for (const resource of fieldsOf(reader, bytes.length, tags.resourceLogs)) {
    for (const scope of fieldsOf(reader, resource[1], tags.scopeLogs)) {
      for (const record of fieldsOf(reader, scope[1], tags.logRecord)) {
        failures.has(record[1]);
        if (failures.isBreakerChange) yield { record, resource, scope };
        reader.at = record[1];
      }
    }
  }
}

/** The messages of this tag from where the reader is to `end`; who takes one leaves the reader at its end. */
function* fieldsOf(reader: WireReader, end: number, wanted: number): Generator<Range> {
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === wanted) {
      const length = reader.length(end);
      yield [reader.at, reader.at + length];
    } else {
      reader.skip(tag, end);
    }
  }
}

/** Says of the record from where the reader is whether it is a failure. */
class Failures {
  /** Whether the last one tells of a circuit breaker. */
  isBreakerChange = false;
  /** Where the trace id of the last one stands; -1 if it has none. */
  traceAt = -1;
  private readonly reader: WireReader;

  constructor(reader: WireReader) {
    this.reader = reader;
  }

  has(end: number): boolean {
    const { reader } = this;
    let isFailure = false;
    let severity = 0;
    let textAt = -1;
    let textLength = 0;
    this.traceAt = -1;
    this.isBreakerChange = false;
    while (reader.at < end) {
      const tag = reader.tag(end);
      switch (tag) {
        case tags.severityNumber:
          severity = reader.varint32(end);
          break;
        case tags.severityText:
          textLength = reader.length(end);
          textAt = reader.at;
          reader.at += textLength;
          break;
        case tags.eventName:
          if (this.isFailureEvent(reader.length(end))) isFailure = true;
          break;
        case tags.attributes:
          if (this.isOfException(reader.length(end))) isFailure = true;
          break;
        case tags.traceId:
          this.noteTraceId(reader.length(end));
          break;
        default:
          reader.skip(tag, end);
      }
    }
    if (severity === 0 && textAt !== -1 && textLength <= longestLevel)
      severity = severityInText(decodeText(reader.bytes, textAt, textLength));
    return isFailure || severity >= leastErrorNumber;
  }

  private noteTraceId(length: number): void {
    const { reader } = this;
    if (length === traceIdLength) this.traceAt = reader.at;
    reader.at += length;
  }

  /** `exception`, or one of those that end so, as `http.client.request.exception` and `app.crash`. Steps over it. */
  private isFailureEvent(length: number): boolean {
    const { reader } = this;
    const { bytes } = reader;
    const start = reader.at;
    if (length === breakerChange.length && bytesEqual(bytes, start, breakerChange))
      this.isBreakerChange = true;
    reader.at += length;
    return failureEvents.some((name) => {
      const at = reader.at - name.length;
      const isWhole = at === start || (at > start + 1 && bytes[at - 1] === point);
      return isWhole && bytesEqual(bytes, at, name);
    });
  }

  /** Whether the KeyValue from here on is an attribute of an exception. Steps over it. */
  private isOfException(length: number): boolean {
    const { reader } = this;
    const end = reader.at + length;
    let isOfException = false;
    let isEventName = false;
    while (reader.at < end) {
      const tag = reader.tag(end);
      if (tag === tags.key) {
        const keyLength = reader.length(end);
        isOfException = isOneOf(exceptionKeys, reader, keyLength);
        isEventName = keyLength === eventNameKey.length && bytesEqual(reader.bytes, reader.at, eventNameKey);
        reader.at += keyLength;
      } else if (tag === tags.value && isEventName) {
        this.noteOldEventName(reader.length(end));
      } else {
        reader.skip(tag, end);
      }
    }
    return isOfException;
  }

  private noteOldEventName(length: number): void {
    const { reader } = this;
    const isAsLong = length === breakerChange.length + textHead;
    if (isAsLong && bytesEqual(reader.bytes, reader.at + textHead, breakerChange))
      this.isBreakerChange = true;
    reader.at += length;
  }
}

function isOneOf(keys: readonly Uint8Array[], { bytes, at }: WireReader, length: number): boolean {
  for (const key of keys) if (key.length === length && bytesEqual(bytes, at, key)) return true;
  return false;
}
