import fc from 'fast-check';
import type {
  AnyValue,
  KeyValue,
  Resource,
  ResourceSpans,
  Scope,
  ScopeSpans,
  Span,
  SpanEvent,
  SpanLink,
  TraceRequest,
} from './otlp-reference.ts';

/** Every field may be absent, as in a message on the wire. */
function message<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>>;
function message(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> {
  return fc.record(fields, { requiredKeys: [] });
}

const upTo = <T>(maxLength: number, of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { maxLength });

/** Whole code points, so that every text has one UTF-8 form; with what JSON, HTML and terminals stumble over. */
export const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '',
    'GET /cart/:id',
    'café 🛒',
    '\u0000',
    '"\\/\b\f\n\r\t',
    '\u2028\u{10ffff}\ufeff',
    'é'.repeat(99),
  ),
);

export const attributeKey = fc.oneof(
  fc.constantFrom('service.name', 'http.route', 'exception.type', 'server.address', 'url.path'),
  text,
);

const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));

const id = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 18, arbitrary: bytes(length, length) },
    { weight: 1, arbitrary: bytes(0, length + 2) },
    { weight: 1, arbitrary: fc.constant(Buffer.alloc(length)) },
  );

/** Of trace.proto, and numbers that a newer version may give a meaning. */
const enumNumber = (known: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.nat(known) },
    { weight: 1, arbitrary: fc.constantFrom(known + 1, 99, 2 ** 31 - 1, -1) },
  );

export const uint32 = fc.oneof(
  fc.nat(9),
  fc.constantFrom(0x100, 0x300, 2 ** 31, 2 ** 32 - 1),
  fc.nat(2 ** 31 - 1),
);

const fixed64 = (number: bigint): string => number.toString();

/** Nanoseconds since 1970 as decimal text: today's are over 2^53, and the ends of the range are worth a visit. */
export const unixNano = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt(1_700_000_000_000_000_000n, 1_800_000_000_000_000_000n).map(fixed64) },
  { weight: 1, arbitrary: fc.bigInt(0n, 2n ** 64n - 1n).map(fixed64) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '0',
      '1',
      '4294967295',
      '4294967296',
      '9007199254740993',
      '9223372036854775808',
      '18446744073709551615',
    ),
  },
);

const int64 = fc.oneof(
  fc.integer({ min: -9, max: 600 }).map(String),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(fixed64),
  fc.constantFrom(
    '-9223372036854775808',
    '9223372036854775807',
    '9007199254740993',
    '-9007199254740993',
    '-4294967296',
  ),
);

const double = fc.oneof(
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 0.1, 5e-324, Number.MAX_VALUE, 1e21),
);

const tree = fc.letrec<{ value: AnyValue; keyValue: KeyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constant({}),
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: int64 }),
    fc.record({ doubleValue: double }),
    fc.record({ bytesValue: bytes(0, 9) }),
    fc.record({ arrayValue: message({ values: upTo(3, tie('value')) }) }),
    fc.record({ kvlistValue: message({ values: upTo(3, tie('keyValue')) }) }),
  ),
  keyValue: message<Required<KeyValue>>({ key: attributeKey, value: tie('value') }),
}));

export const anyValue: fc.Arbitrary<AnyValue> = tree.value;
export const keyValue: fc.Arbitrary<KeyValue> = tree.keyValue;

const attributes = upTo(5, keyValue);

export const resource = message<Required<Resource>>({
  attributes,
  droppedAttributesCount: uint32,
  entityRefs: upTo(
    2,
    message({ schemaUrl: text, type: text, idKeys: upTo(2, text), descriptionKeys: upTo(2, text) }),
  ),
});

export const scope = message<Required<Scope>>({
  name: text,
  version: text,
  attributes,
  droppedAttributesCount: uint32,
});

export const spanEvent = message<Required<SpanEvent>>({
  timeUnixNano: unixNano,
  name: fc.oneof(fc.constant('exception'), text),
  attributes,
  droppedAttributesCount: uint32,
});

export const spanLink = message<Required<SpanLink>>({
  traceId: id(16),
  spanId: id(8),
  traceState: text,
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
});

const traceState = fc.oneof(fc.constantFrom('', 'ot=th:8', 'ot=rv:ecfd3d5e3a2a50;th:c,vendor=1'), text);

const spanFields = {
  traceState,
  parentSpanId: id(8),
  flags: uint32,
  name: text,
  kind: enumNumber(5),
  startTimeUnixNano: unixNano,
  endTimeUnixNano: unixNano,
  attributes,
  droppedAttributesCount: uint32,
  events: upTo(2, spanEvent),
  droppedEventsCount: uint32,
  links: upTo(2, spanLink),
  droppedLinksCount: uint32,
  status: message({ message: text, code: enumNumber(2) }),
};

/** Ids of right and wrong length, all zero, or absent: most spans of it are valid, not all. */
export const span: fc.Arbitrary<Span> = fc
  .tuple(fc.constantFrom(true, true, true, true, false), id(16), id(8), message(spanFields))
  .map(([hasIds, traceId, spanId, fields]) =>
    hasIds ? { traceId, spanId, ...fields } : { traceId, ...fields },
  );

export const scopeSpans = message<Required<ScopeSpans>>({ scope, spans: upTo(4, span), schemaUrl: text });

export const resourceSpans = message<Required<ResourceSpans>>({
  resource,
  scopeSpans: upTo(3, scopeSpans),
  schemaUrl: text,
});

/** Whole requests, from nothing at all to several resources with several scopes each. */
export const traceRequestObject: fc.Arbitrary<TraceRequest> = message<Required<TraceRequest>>({
  resourceSpans: upTo(3, resourceSpans),
});
