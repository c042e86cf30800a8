import { createHash } from 'node:crypto';
import { exceptionAttributes, spanAttributes } from '../conventions/attributes.ts';
import { supportCode } from '../conventions/support-code.ts';
import type { AttributeValue } from '../otlp/attributes.ts';
import { type ExceptionEvent, type SpanView, spanKind } from '../otlp/span-view.ts';
import { classify } from './class.ts';
import type { ErrorEvent } from './error-event.ts';
import { fingerprint } from './fingerprint.ts';
import { severityOf, type SpanRole } from './severity.ts';
import { parseStack } from './stack/parse.ts';

/** What is known of a failed span from around it. */
export interface FailureContext {
  service: string;
  version: string;
  environment: string;
  localRoot: boolean;
  /** What failed was not handled: the span, or one above it, has the status ERROR. */
  escaped: boolean;
}

/** Longest texts kept, in UTF-16 units. */
const most = { type: 256, message: 4096, stack: 32_768, operation: 256, value: 512 } as const;
const mostExceptions = 16;

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

/** The error events of a failed span: one for each exception recorded on it, or one for its status. */
export function extractErrors(span: SpanView, context: FailureContext): ErrorEvent[] {
  const failure = describeSpan(span);
  const exceptions = distinct(span.exceptions()).slice(0, mostExceptions);
  if (exceptions.length === 0) return [errorEvent(span, context, failure, failure.withoutException, 0)];
  return exceptions.map((exception, ordinal) =>
    errorEvent(span, context, failure, described(exception), ordinal),
  );
}

/** What failed, as far as one exception or the lack of one says it. */
interface Described {
  type: string;
  message: string;
  stack: string;
  timeMillis: number;
  isException: boolean;
}

interface SpanFailure {
  operation: string;
  component: string;
  httpStatusCode: number | undefined;
  grpcStatusCode: number | undefined;
  attributes: Record<string, AttributeValue>;
  withoutException: Described;
}

function errorEvent(
  span: SpanView,
  context: FailureContext,
  failure: SpanFailure,
  described: Described,
  ordinal: number,
): ErrorEvent {
  const { type, message, stack, timeMillis, isException } = described;
  const { httpStatusCode, grpcStatusCode, operation, component, attributes } = failure;
  const { traceId, spanId } = span;
  const codes = {
    ...(httpStatusCode === undefined ? {} : { httpStatusCode }),
    ...(grpcStatusCode === undefined ? {} : { grpcStatusCode }),
  };
  // A 503 that the app itself answers says that it failed, and not that a connection did.
  const answered = span.kind === spanKind.server && (httpStatusCode ?? 0) > 500 ? 500 : httpStatusCode;
  const frames = parseStack(stack);
  return {
    id: eventId(traceId, spanId, type, message, ordinal),
    time: timeMillis,
    service: context.service,
    environment: context.environment,
    version: context.version,
    severity: severityOf({
      kind: roleOf(span),
      localRoot: context.localRoot,
      spanFailed: context.escaped,
      exception: isException,
      ...codes,
    }),
    class: classify({
      type,
      message,
      ...codes,
      ...(answered === undefined ? {} : { httpStatusCode: answered }),
    }).class,
    component,
    type,
    message,
    stack,
    frames,
    operation,
    traceId,
    spanId,
    attributes,
    fingerprint: fingerprint({ type, message, frames }),
    supportCode: supportCode(traceId),
  };
}

function describeSpan(span: SpanView): SpanFailure {
  const httpStatusCode = numberOf(attribute(span, spanAttributes.httpStatus));
  const grpcStatusCode = numberOf(attribute(span, spanAttributes.grpcStatus));
  const outgoing = span.kind === spanKind.client || span.kind === spanKind.producer;
  const operation = operationOf(span, outgoing).slice(0, most.operation);
  const errorType = attribute(span, [spanAttributes.errorType]);
  return {
    operation,
    component: String(attribute(span, [spanAttributes.component]) ?? span.scopeName).slice(0, most.value),
    httpStatusCode,
    grpcStatusCode,
    attributes: attributesKept(span),
    withoutException: {
      type: typeWithoutException(errorType, httpStatusCode, grpcStatusCode),
      message: messageWithoutException(span, operation, httpStatusCode).slice(0, most.message),
      stack: '',
      timeMillis: span.endMillis,
      isException: false,
    },
  };
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

/** The span's name; for a call that is only named by its method, with whom it went to. */
function operationOf(span: SpanView, outgoing: boolean): string {
  const { name } = span;
  const address =
    outgoing && /^[A-Z_]+$/.test(name) ? attribute(span, spanAttributes.serverAddress) : undefined;
  if (address === undefined) return name;
  const port = attribute(span, spanAttributes.serverPort);
  return `${name} ${address}${port === undefined ? '' : `:${port}`}`;
}

function described({ attributes, timeMillis }: ExceptionEvent): Described {
  const text = (key: string): string => String(attributes.get(key) ?? '');
  return {
    type: text(exceptionAttributes.type).slice(0, most.type) || 'Error',
    message: text(exceptionAttributes.message).slice(0, most.message),
    stack: text(exceptionAttributes.stacktrace).slice(0, most.stack),
    timeMillis,
    isException: true,
  };
}

/** Frameworks and handlers often record one exception each on the same span. */
function distinct(exceptions: readonly ExceptionEvent[]): ExceptionEvent[] {
  const seen = new Set<string>();
  return exceptions.filter(({ attributes }) => {
    const key = `${attributes.get(exceptionAttributes.type)}\u0000${attributes.get(exceptionAttributes.message)}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function attribute(span: SpanView, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) {
    const value = span.attribute(encodedName(name));
    if (value !== undefined) return value;
  }
  return undefined;
}

function attributesKept(span: SpanView): Record<string, AttributeValue> {
  const kept: Record<string, AttributeValue> = {};
  for (const [key, value] of span.attributes()) {
    if (keptAttributes.has(key)) kept[key] = typeof value === 'string' ? value.slice(0, most.value) : value;
  }
  return kept;
}

/** The same failure sent again has the same id. */
function eventId(traceId: string, spanId: string, type: string, message: string, ordinal: number): string {
  const hash = createHash('sha256').update(`${traceId}${spanId}${ordinal}:${type.length}:${type}${message}`);
  return hash.digest('hex').slice(0, 32);
}

function numberOf(value: AttributeValue | undefined): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

const roles: readonly SpanRole[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];

function roleOf(span: SpanView): SpanRole {
  return roles[span.kind] ?? 'internal';
}

const encodedNames = new Map<string, Uint8Array>();

/** Only names of the conventions come here, so there are few. */
function encodedName(name: string): Uint8Array {
  let encoded = encodedNames.get(name);
  if (encoded === undefined) {
    encoded = new TextEncoder().encode(name);
    encodedNames.set(name, encoded);
  }
  return encoded;
}
