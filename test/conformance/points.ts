/**
 * What the specification asks of whoever takes OTLP, and of whoever sends it on, as a list to be checked off. Level: `M` must, `S` should,
 * `O` may, `C` what the OpenTelemetry Collector does where the specification says nothing, `T` a choice of Tocsin's.
 * Sections are those of opentelemetry-proto, docs/specification.md, unless another file is named.
 */
export interface Point {
  level: 'M' | 'S' | 'O' | 'C' | 'T';
  what: string;
  section: string;
}

export const points = {
  1: { level: 'M', what: 'no compression and gzip are taken', section: 'Protocol Details' },
  2: { level: 'S', what: 'an empty request is a success', section: 'OTLP/HTTP Response: Full Success' },
  3: {
    level: 'M',
    what: 'a full success leaves partial_success unset',
    section: 'OTLP/HTTP Response: Full Success',
  },
  4: {
    level: 'M',
    what: 'a partial success says how many were rejected, and why',
    section: 'OTLP/HTTP Response: Partial Success',
  },
  5: {
    level: 'O',
    what: 'a warning has 0 rejected and a message',
    section: 'OTLP/HTTP Response: Partial Success',
  },
  6: { level: 'M', what: 'the size of a request is bounded, also inflated', section: 'OTLP/HTTP Request' },
  7: { level: 'M', what: 'the size of an answer is bounded', section: 'OTLP/HTTP Response' },
  8: { level: 'O', what: 'empty envelopes may be left out', section: 'Empty Telemetry Envelopes' },
  9: {
    level: 'M',
    what: 'any value of an attribute is taken',
    section: 'CHANGELOG.md 1.9.0; common.proto, AnyValue',
  },
  10: {
    level: 'T',
    what: 'an item with an invalid id is rejected alone',
    section: 'trace.proto, Span; logs.proto, LogRecord',
  },
  11: { level: 'M', what: 'the default port of OTLP/HTTP is 4318', section: 'OTLP/HTTP Default Port' },
  12: { level: 'M', what: 'each signal is posted to its path', section: 'OTLP/HTTP Request' },
  13: { level: 'S', what: 'protobuf and JSON are taken on one port', section: 'OTLP/HTTP Connection' },
  14: { level: 'C', what: 'a content type may have parameters', section: 'OTLP/HTTP Request' },
  15: { level: 'M', what: 'an answer has the content type of its request', section: 'OTLP/HTTP Request' },
  16: {
    level: 'M',
    what: 'a success is 200 with an Export*ServiceResponse',
    section: 'OTLP/HTTP Response: Full Success',
  },
  17: { level: 'M', what: 'a failure has a google.rpc.Status', section: 'OTLP/HTTP Response: Failures' },
  18: { level: 'M', what: 'bad data is 400, with a BadRequest', section: 'OTLP/HTTP Response: Bad Data' },
  19: { level: 'M', what: 'what is too large is 413', section: 'OTLP/HTTP Request' },
  20: { level: 'M', what: 'an answer that is too large is 500', section: 'OTLP/HTTP Response' },
  21: { level: 'S', what: 'overload is 429 or 503, with Retry-After', section: 'OTLP/HTTP Throttling' },
  22: {
    level: 'M',
    what: 'what passes is answered with a code that is tried again, and nothing else',
    section: 'OTLP/HTTP Response: Retryable Response Codes',
  },
  23: {
    level: 'C',
    what: 'another method is 405, another type 415',
    section: 'OTLP/HTTP Response: All Other Responses',
  },
  24: { level: 'O', what: 'an answer may be compressed for who takes that', section: 'OTLP/HTTP Request' },
  25: {
    level: 'M',
    what: 'bad gzip is 400, a bomb 413 in bounded memory',
    section: 'OTLP/HTTP Request; Bad Data',
  },
  26: {
    level: 'S',
    what: 'connections are kept, and there may be several',
    section: 'OTLP/HTTP Connection; OTLP/HTTP Concurrent Requests',
  },
  27: { level: 'M', what: 'ids are hexadecimal, in either case', section: 'JSON Protobuf Encoding' },
  28: { level: 'M', what: 'enums are integers; names are taken as well', section: 'JSON Protobuf Encoding' },
  29: { level: 'M', what: 'unknown fields are ignored', section: 'JSON Protobuf Encoding' },
  30: {
    level: 'M',
    what: 'keys are in lowerCamelCase; snake_case is taken as well',
    section: 'JSON Protobuf Encoding',
  },
  31: {
    level: 'M',
    what: 'integers of 64 bits are text or numbers, and exact',
    section: 'JSON Protobuf Encoding',
  },
  32: {
    level: 'M',
    what: 'other bytes are base64; NaN and infinities are text',
    section: 'JSON Protobuf Encoding; ProtoJSON',
  },
  33: {
    level: 'M',
    what: 'port 4317 has Export of the three services',
    section: 'OTLP/gRPC Default Port; OTLP/gRPC Request',
  },
  34: { level: 'S', what: 'calls are answered beside each other', section: 'OTLP/gRPC Concurrent Requests' },
  35: {
    level: 'M',
    what: 'what is too large is RESOURCE_EXHAUSTED without RetryInfo',
    section: 'OTLP/gRPC Request',
  },
  36: { level: 'S', what: 'what passes is UNAVAILABLE', section: 'OTLP/gRPC Response: Failures' },
  37: { level: 'M', what: 'bad data is INVALID_ARGUMENT', section: 'OTLP/gRPC Response: Failures' },
  38: { level: 'M', what: 'the codes that are tried again', section: 'OTLP/gRPC Response: Failures' },
  39: { level: 'C', what: 'codes of HTTP and of gRPC say the same', section: 'OTLP/gRPC Response: Failures' },
  40: {
    level: 'M',
    what: 'a partial success is never sent again',
    section: 'OTLP/HTTP Response: Partial Success',
  },
  41: {
    level: 'S',
    what: 'tries are further and further apart, with jitter, or as was asked for',
    section: 'OTLP/HTTP Throttling; OTLP/HTTP Connection',
  },
  42: { level: 'S', what: 'each destination has its own queue', section: 'Multi-Destination Exporting' },
  43: {
    level: 'M',
    what: 'what is dropped is counted',
    section: 'OTLP/HTTP Request; OTLP/gRPC Response: Failures',
  },
} as const satisfies Record<number, Point>;

export type PointNumber = keyof typeof points;

/** Those whose cases are in grpc.test.ts. */
export const pointsOfGrpc: readonly PointNumber[] = [33, 34, 35, 36, 37, 38, 39];
