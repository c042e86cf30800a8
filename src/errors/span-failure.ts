import { exceptionAttributes, spanAttributes } from '../conventions/attributes.ts';
import type { AttributeValue } from '../otlp/attributes.ts';
import { isCallKind } from '../otlp/span-kind.ts';
import type { EventOfSpan, SpanView } from '../otlp/span-view.ts';
import { encodeText } from '../otlp/text.ts';
import {
  type Attributes,
  type Clues,
  clueNames,
  cluesIn,
  type Described,
  firstOf,
  readable,
  userIn,
} from './failure-details.ts';

/** Whether the app itself says how bad a failure of this span is. */
export function saysHowBad(span: SpanView): boolean {
  if (span.attribute(severityKey) !== undefined) return true;
  return span.exceptions(mostRecorded, onlySeverity).some(({ attributes }) => attributes.size > 0);
}

/** What a failed span says, whatever exceptions were recorded on it. */
export interface SpanFailure {
  operation: string;
  clues: Clues;
  /** Whoever it happened to; empty if the span does not say. */
  user: string;
  /** The failure as the span's status alone tells it. */
  withoutException: Described;
}

/** Different exceptions of one span that become events, the last one among them; more of them are the same failure going round. */
export const mostExceptions = 16;
/** How many are looked at: as many events as a span may have, unless its SDK was told otherwise. */
export const mostRecorded = 128;

const namesThatTell: ReadonlySet<string> = new Set([
  ...clueNames,
  spanAttributes.errorType,
  ...spanAttributes.serverAddress,
  ...spanAttributes.serverPort,
  ...spanAttributes.user,
]);

/** @param taskName of the run of a job or task that the span is: others may have spans of that name as well */
export function describeSpan(span: SpanView, taskName?: string): SpanFailure {
  const attributes = span.attributes(namesThatTell);
  const clues = cluesIn(attributes);
  const { httpStatusCode: http, grpcStatusCode: grpc } = clues.codes;
  const operation = taskName ?? operationOf(span, attributes);
  return {
    operation: readable(operation, 'operation'),
    clues,
    user: userIn(attributes),
    withoutException: {
      type: typeWithoutException(attributes.get(spanAttributes.errorType), http, grpc),
      message: readable(messageWithoutException(span, operation, http), 'message'),
      stack: '',
      timeMillis: span.endMillis,
      isException: false,
    },
  };
}

const escapedAttribute = 'exception.escaped';
const severityKey = encodeText(spanAttributes.severity);
const onlySeverity: ReadonlySet<string> = new Set([spanAttributes.severity]);
const onlyEscaped: ReadonlySet<string> = new Set([escapedAttribute]);

/** Whether somebody says that an exception left the span that it was recorded on. Python's SDK writes it as text. */
export function hasEscaped(span: SpanView): boolean {
  return span
    .exceptions(mostRecorded, onlyEscaped)
    .some(({ attributes }) => String(attributes.get(escapedAttribute)).toLowerCase() === 'true');
}

/** @param otherwiseMillis for an exception that does not say when it happened */
export function describeException(
  { attributes, timeMillis }: EventOfSpan,
  otherwiseMillis: number,
): Described {
  const text = (key: string): string => String(attributes.get(key) ?? '');
  return {
    type: readable(text(exceptionAttributes.type), 'type') || 'Error',
    message: readable(text(exceptionAttributes.message), 'message'),
    stack: readable(text(exceptionAttributes.stacktrace), 'stack'),
    timeMillis: timeMillis === 0 ? otherwiseMillis : timeMillis,
    isException: true,
  };
}

/** The span's name; for a call that is only named by its method, with whom it went to. */
function operationOf({ fullName: name, kind }: SpanView, attributes: Attributes): string {
  const outgoing = isCallKind(kind);
  const address =
    outgoing && /^[A-Z_]+$/.test(name) ? firstOf(attributes, spanAttributes.serverAddress) : undefined;
  if (address === undefined) return name;
  const port = firstOf(attributes, spanAttributes.serverPort);
  return `${name} ${address}${port === undefined ? '' : `:${port}`}`;
}

/** `error.type` is an exception's name, a status code in digits, or a low-cardinality word (semantic conventions). */
function typeWithoutException(errorType: AttributeValue | undefined, http?: number, grpc?: number): string {
  if (http !== undefined && http >= 400) return `HTTP ${http}`;
  if (grpc !== undefined && grpc > 0) return `gRPC ${grpc}`;
  const text = String(errorType ?? '');
  if (text === '' || text === '_OTHER') return 'Error';
  return /^[45]\d\d$/.test(text) ? `HTTP ${text}` : readable(text, 'type');
}

function messageWithoutException(span: SpanView, operation: string, http: number | undefined): string {
  const outcome = http === undefined ? 'failed' : `answered ${http}`;
  const said = span.statusMessage;
  return `${operation} ${outcome}${said === '' ? '' : `: ${said}`}`;
}
