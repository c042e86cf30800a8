import { exceptionAttributes, spanAttributes } from '../conventions/attributes.ts';
import type { AttributeValue } from '../otlp/attributes.ts';
import { type ExceptionEvent, type SpanView, spanKind } from '../otlp/span-view.ts';

/** What failed, as far as one exception or the lack of one says it. */
export interface Described {
  type: string;
  message: string;
  stack: string;
  /** Milliseconds since the Unix epoch. */
  timeMillis: number;
  isException: boolean;
}

/** What a failed span says, whatever exceptions were recorded on it. */
export interface SpanFailure {
  operation: string;
  component: string;
  httpStatusCode: number | undefined;
  grpcStatusCode: number | undefined;
  attributes: Record<string, AttributeValue>;
  /** The failure as the span's status alone tells it. */
  withoutException: Described;
}

type Attributes = ReadonlyMap<string, AttributeValue>;

/** Longest texts kept, in UTF-16 units. */
const most = { type: 256, message: 4096, stack: 32_768, value: 512 } as const;
export const longestOperation = 256;

/**
 * Attributes kept with an event: those that say where and how, and by their definition hold no secret. Others wait for
 * redaction: headers, queries, statements and user data have no place in a store that cannot yet clean them.
 */
const keptAttributes = new Set([
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'url.path',
  'http.method',
  'http.status_code',
  'server.address',
  'server.port',
  'error.type',
  'rpc.system',
  'rpc.service',
  'rpc.method',
  'rpc.grpc.status_code',
  'db.system',
  'db.system.name',
  'db.operation.name',
  'messaging.system',
  'messaging.destination.name',
]);

export function describeSpan(span: SpanView): SpanFailure {
  const attributes = span.attributes();
  const httpStatusCode = numberOf(first(attributes, spanAttributes.httpStatus));
  const grpcStatusCode = numberOf(first(attributes, spanAttributes.grpcStatus));
  const operation = operationOf(span, attributes).slice(0, longestOperation);
  const component = attributes.get(spanAttributes.component) ?? span.scopeName;
  return {
    operation,
    component: String(component).slice(0, most.value),
    httpStatusCode,
    grpcStatusCode,
    attributes: attributesKept(attributes),
    withoutException: {
      type: typeWithoutException(attributes.get(spanAttributes.errorType), httpStatusCode, grpcStatusCode),
      message: messageWithoutException(span, operation, httpStatusCode).slice(0, most.message),
      stack: '',
      timeMillis: span.endMillis,
      isException: false,
    },
  };
}

/** @param spanEndMillis for an exception that does not say when it happened */
export function describeException(
  { attributes, timeMillis }: ExceptionEvent,
  spanEndMillis: number,
): Described {
  const text = (key: string): string => String(attributes.get(key) ?? '');
  return {
    type: text(exceptionAttributes.type).slice(0, most.type) || 'Error',
    message: text(exceptionAttributes.message).slice(0, most.message),
    stack: text(exceptionAttributes.stacktrace).slice(0, most.stack),
    timeMillis: timeMillis === 0 ? spanEndMillis : timeMillis,
    isException: true,
  };
}

/** The span's name; for a call that is only named by its method, with whom it went to. */
function operationOf({ name, kind }: SpanView, attributes: Attributes): string {
  const outgoing = kind === spanKind.client || kind === spanKind.producer;
  const address =
    outgoing && /^[A-Z_]+$/.test(name) ? first(attributes, spanAttributes.serverAddress) : undefined;
  if (address === undefined) return name;
  const port = first(attributes, spanAttributes.serverPort);
  return `${name} ${address}${port === undefined ? '' : `:${port}`}`;
}

/** `error.type` is an exception's name, a status code in digits, or a low-cardinality word (semantic conventions). */
function typeWithoutException(errorType: AttributeValue | undefined, http?: number, grpc?: number): string {
  if (http !== undefined && http >= 400) return `HTTP ${http}`;
  if (grpc !== undefined && grpc > 0) return `gRPC ${grpc}`;
  const text = String(errorType ?? '');
  if (text === '' || text === '_OTHER') return 'Error';
  return /^[45]\d\d$/.test(text) ? `HTTP ${text}` : text.slice(0, most.type);
}

function messageWithoutException(span: SpanView, operation: string, http: number | undefined): string {
  const outcome = http === undefined ? 'failed' : `answered ${http}`;
  const said = span.statusMessage;
  return `${operation} ${outcome}${said === '' ? '' : `: ${said}`}`;
}

function attributesKept(attributes: Attributes): Record<string, AttributeValue> {
  const kept: Record<string, AttributeValue> = {};
  for (const [key, value] of attributes) {
    if (keptAttributes.has(key)) kept[key] = typeof value === 'string' ? value.slice(0, most.value) : value;
  }
  return kept;
}

function first(attributes: Attributes, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function numberOf(value: AttributeValue | undefined): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}
