import { instrumentationScope, keyValue, resource } from './common.ts';
import { embedded, enumeration, fixed32, fixed64, hex, message, repeated, string, uint32 } from './schema.ts';

// opentelemetry/proto/trace/v1/trace.proto. The fields stand in the order in which the JavaScript SDK writes them,
// since each is looked for behind the one before it first.

const spanKind = {
  SPAN_KIND_UNSPECIFIED: 0,
  SPAN_KIND_INTERNAL: 1,
  SPAN_KIND_SERVER: 2,
  SPAN_KIND_CLIENT: 3,
  SPAN_KIND_PRODUCER: 4,
  SPAN_KIND_CONSUMER: 5,
};

const statusCode = {
  STATUS_CODE_UNSET: 0,
  STATUS_CODE_OK: 1,
  STATUS_CODE_ERROR: 2,
};

const event = message(2, {
  attributes: repeated(embedded(3, keyValue)),
  name: string(2),
  timeUnixNano: fixed64(1),
  droppedAttributesCount: uint32(4),
});

const link = message(1, {
  traceId: hex(1),
  spanId: hex(2),
  traceState: string(3),
  attributes: repeated(embedded(4, keyValue)),
  droppedAttributesCount: uint32(5),
  flags: fixed32(6),
});

const status = message(1, {
  message: string(2),
  code: enumeration(3, statusCode),
});

const span = message(2, {
  traceId: hex(1),
  spanId: hex(2),
  parentSpanId: hex(4),
  traceState: string(3),
  name: string(5),
  kind: enumeration(6, spanKind),
  startTimeUnixNano: fixed64(7),
  endTimeUnixNano: fixed64(8),
  attributes: repeated(embedded(9, keyValue)),
  droppedAttributesCount: uint32(10),
  events: repeated(embedded(11, event)),
  droppedEventsCount: uint32(12),
  status: embedded(15, status),
  links: repeated(embedded(13, link)),
  droppedLinksCount: uint32(14),
  flags: fixed32(16),
});

const scopeSpans = message(3, {
  scope: embedded(1, instrumentationScope),
  spans: repeated(embedded(2, span)),
  schemaUrl: string(3),
});

const resourceSpans = message(3, {
  resource: embedded(1, resource),
  scopeSpans: repeated(embedded(2, scopeSpans)),
  schemaUrl: string(3),
});

/** opentelemetry/proto/collector/trace/v1/trace_service.proto */
export const exportTraceServiceRequest = message(3, {
  resourceSpans: repeated(embedded(1, resourceSpans)),
});
