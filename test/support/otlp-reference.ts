import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

/**
 * What a generic protobuf implementation makes of OTLP: the judge in tests. The objects have protobufjs' form:
 * lowerCamelCase names, 64-bit integers as decimal strings, bytes as Buffer, enums as numbers, absent fields left
 * out. What is encoded may have fields with their default value (0, empty); what was decoded has none outside of a
 * oneof, so that two messages that mean the same decode to equal objects.
 */
export interface TraceRequest {
  resourceSpans?: ResourceSpans[];
}

export interface ResourceSpans {
  resource?: Resource;
  scopeSpans?: ScopeSpans[];
  schemaUrl?: string;
}

export interface Resource {
  attributes?: KeyValue[];
  droppedAttributesCount?: number;
  entityRefs?: EntityRef[];
}

export interface EntityRef {
  schemaUrl?: string;
  type?: string;
  idKeys?: string[];
  descriptionKeys?: string[];
}

export interface ScopeSpans {
  scope?: Scope;
  spans?: Span[];
  schemaUrl?: string;
}

export interface Scope {
  name?: string;
  version?: string;
  attributes?: KeyValue[];
  droppedAttributesCount?: number;
}

export interface Span {
  traceId?: Uint8Array;
  spanId?: Uint8Array;
  traceState?: string;
  parentSpanId?: Uint8Array;
  flags?: number;
  name?: string;
  kind?: number;
  startTimeUnixNano?: string;
  endTimeUnixNano?: string;
  attributes?: KeyValue[];
  droppedAttributesCount?: number;
  events?: SpanEvent[];
  droppedEventsCount?: number;
  links?: SpanLink[];
  droppedLinksCount?: number;
  status?: SpanStatus;
}

export interface SpanEvent {
  timeUnixNano?: string;
  name?: string;
  attributes?: KeyValue[];
  droppedAttributesCount?: number;
}

export interface SpanLink {
  traceId?: Uint8Array;
  spanId?: Uint8Array;
  traceState?: string;
  attributes?: KeyValue[];
  droppedAttributesCount?: number;
  flags?: number;
}

export interface SpanStatus {
  message?: string;
  code?: number;
}

export interface KeyValue {
  key?: string;
  value?: AnyValue;
}

/** A oneof: at most one of these is set. */
export interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  doubleValue?: number;
  bytesValue?: Uint8Array;
  arrayValue?: { values?: AnyValue[] };
  kvlistValue?: { values?: KeyValue[] };
}

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => fileURLToPath(new URL(`proto/${target}`, import.meta.url));
root.loadSync(
  ['trace', 'logs', 'metrics'].map(
    (signal) => `opentelemetry/proto/collector/${signal}/v1/${signal}_service.proto`,
  ),
);

export const traceRequest = root.lookupType(
  'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest',
);
export const logsRequest = root.lookupType('opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest');
export const metricsRequest = root.lookupType(
  'opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest',
);

/** Any type of OTLP by its full name, such as `opentelemetry.proto.common.v1.AnyValue`. */
export function otlpType(fullName: string): protobuf.Type {
  return root.lookupType(fullName);
}

/** @throws Error if protobufjs refuses the bytes */
export function decode(type: protobuf.Type, bytes: Uint8Array): Record<string, unknown> {
  // A Buffer makes protobufjs hand out Buffers. A view, since it would otherwise be a copy.
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return type.toObject(type.decode(buffer), { longs: String });
}

/** @throws Error if the object is not one of the type */
export function encode(type: protobuf.Type, object: object): Uint8Array {
  return type.encode(type.fromObject(object)).finish();
}

export function decodeTraceRequest(bytes: Uint8Array): TraceRequest {
  return decode(traceRequest, bytes);
}

export function encodeTraceRequest(request: TraceRequest): Uint8Array {
  return encode(traceRequest, request);
}
