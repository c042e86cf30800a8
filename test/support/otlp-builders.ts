import { encodeTraceRequest, type KeyValue, type Span, type SpanEvent } from './otlp-reference.ts';

/** An attribute value as a person writes it. */
type Value = string | number | boolean;

interface ExceptionSpec {
  type?: string;
  message?: string;
  stack?: string;
  /** Further attributes of the event. */
  attributes?: Record<string, Value>;
}

/** An event that is no exception. */
export interface EventSpec {
  name: string;
  timeMillis?: number;
  attributes?: Record<string, Value>;
}

export interface SpanSpec
  extends Omit<Partial<Span>, 'attributes' | 'events' | 'traceId' | 'spanId' | 'parentSpanId' | 'status'> {
  trace?: number;
  id: number;
  parent?: number;
  failed?: boolean;
  attributes?: Record<string, Value>;
  exceptions?: ExceptionSpec[];
  events?: EventSpec[];
  durationMillis?: number;
}

export const kind = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

const startNanos = 1_767_323_045_000_000_000n;

/** A request with these spans in one resource, in the order given. */
export function traceRequestBytes(
  spans: readonly SpanSpec[],
  resource: Record<string, Value> = { 'service.name': 'shop' },
): Buffer {
  const scopeSpans = [{ scope: { name: 'test-scope' }, spans: spans.map(span) }];
  return Buffer.from(
    encodeTraceRequest({ resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans }] }),
  );
}

export function span(spec: SpanSpec): Span {
  const {
    trace = 1,
    id,
    parent,
    failed = false,
    attributes = {},
    exceptions = [],
    events = [],
    durationMillis = 3,
    ...rest
  } = spec;
  return {
    name: `span ${id}`,
    kind: kind.internal,
    startTimeUnixNano: String(startNanos),
    endTimeUnixNano: String(startNanos + BigInt(Math.round(durationMillis * 1e6))),
    ...rest,
    traceId: idBytes(trace, 16),
    spanId: idBytes(id, 8),
    ...(parent === undefined ? {} : { parentSpanId: idBytes(parent, 8) }),
    ...(failed ? { status: { code: 2 } } : {}),
    attributes: keyValues(attributes),
    events: [...exceptions.map(exceptionEvent), ...events.map(event)],
  };
}

function event({ name, timeMillis, attributes = {} }: EventSpec): SpanEvent {
  const time = timeMillis === undefined ? startNanos : BigInt(Math.round(timeMillis * 1000)) * 1000n;
  return { name, timeUnixNano: String(time), attributes: keyValues(attributes) };
}

function exceptionEvent({
  type = 'Error',
  message = 'it broke',
  stack,
  attributes: more = {},
}: ExceptionSpec): SpanEvent {
  const attributes = {
    ...more,
    'exception.type': type,
    'exception.message': message,
    ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
  };
  return { name: 'exception', timeUnixNano: String(startNanos), attributes: keyValues(attributes) };
}

export function keyValues(values: Record<string, Value>): KeyValue[] {
  return Object.entries(values).map(([key, value]) => {
    if (typeof value === 'string') return { key, value: { stringValue: value } };
    if (typeof value === 'boolean') return { key, value: { boolValue: value } };
    return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
  });
}

export function idBytes(number: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32BE(number, length - 4);
  return bytes;
}
