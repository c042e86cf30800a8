import { hash } from 'node:crypto';
import { exceptionAttributes } from '../conventions/attributes.ts';
import { supportCode } from '../conventions/support-code.ts';
import { type ExceptionEvent, type SpanView, spanKind } from '../otlp/span-view.ts';
import { classify } from './class.ts';
import type { ErrorEvent } from './error-event.ts';
import { fingerprint } from './fingerprint.ts';
import { severityOf, type SpanRole } from './severity.ts';
import {
  type Described,
  describeException,
  describeSpan,
  longestOperation,
  type SpanFailure,
} from './span-failure.ts';
import { readStackTrace } from './stack/trace.ts';

/** What is known of a failed span from around it. */
export interface FailureContext {
  service: string;
  version: string;
  environment: string;
  localRoot: boolean;
  /** Name of the local root above the span, if it is known: what the app was doing, as people call it. */
  rootName: string | undefined;
  /** What failed was not handled: the span, or one above it, has the status ERROR. */
  escaped: boolean;
}

/** Exceptions of one span that become events; more of them are the same failure going round. */
const mostExceptions = 16;

/** The error events of a failed span: one for each exception recorded on it, or one for its status. */
export function extractErrors(span: SpanView, context: FailureContext): ErrorEvent[] {
  const failure = describeSpan(span);
  const exceptions = distinct(span.exceptions(mostExceptions));
  if (exceptions.length === 0) return [errorEvent(span, context, failure, failure.withoutException, 0)];
  return exceptions.map((exception, ordinal) =>
    errorEvent(span, context, failure, describeException(exception, span.endMillis), ordinal),
  );
}

function errorEvent(
  span: SpanView,
  context: FailureContext,
  failure: SpanFailure,
  described: Described,
  ordinal: number,
): ErrorEvent {
  const { type, message, stack, timeMillis, isException } = described;
  const { httpStatusCode, grpcStatusCode, component, attributes } = failure;
  // Where an exception passed, its stack says better than the span that it was recorded on (`request handler - /x`).
  const operation =
    isException && context.rootName ? context.rootName.slice(0, longestOperation) : failure.operation;
  const { traceId, spanId } = span;
  const codes = {
    ...(httpStatusCode === undefined ? {} : { httpStatusCode }),
    ...(grpcStatusCode === undefined ? {} : { grpcStatusCode }),
  };
  // A 503 that the app itself answers says that it failed, and not that a connection did.
  const answered = span.kind === spanKind.server && (httpStatusCode ?? 0) > 500 ? 500 : httpStatusCode;
  const { frames, causes } = readStackTrace(stack, message);
  return {
    id: eventId(context, traceId, spanId, described, ordinal),
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
    causes,
    operation,
    traceId,
    spanId,
    attributes,
    fingerprint: fingerprint({ type, message, frames, causes }),
    supportCode: supportCode(traceId),
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

/**
 * The same failure sent again has the same id: 32 hex digits. Service and environment are part of it, since two services that share
 * a span id (some senders write both ends of a call as one) have one issue each.
 *
 * The first 12 are its time in milliseconds since the Unix epoch. What is stored one after the other then stands side by side in the
 * index by id, where ids that are all over it would each have a page of it written.
 */
function eventId(
  { service, environment }: FailureContext,
  traceId: string,
  spanId: string,
  { type, message, timeMillis }: Described,
  ordinal: number,
): string {
  // With their lengths, so that no two groups of texts run together.
  const texts = `${service.length}:${service}${environment.length}:${environment}${type.length}:${type}${message}`;
  const time = Math.floor(timeMillis).toString(16).padStart(12, '0');
  return time + hash('sha256', `${traceId}${spanId}${ordinal}:${texts}`).slice(0, 20);
}

const roles: readonly SpanRole[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];

function roleOf(span: SpanView): SpanRole {
  return roles[span.kind] ?? 'internal';
}
