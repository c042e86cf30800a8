import { exceptionAttributes } from '../conventions/attributes.ts';
import { spanKind } from '../otlp/span-kind.ts';
import { type EventOfSpan, type SpanView, statusCode } from '../otlp/span-view.ts';
import { assembleFailure, type Origin } from './assemble.ts';
import type { Breadcrumb } from './breadcrumb.ts';
import type { Failure } from './failure.ts';
import { type Attributes, type Described, detailsIn, readable, severityIn } from './failure-details.ts';
import type { Outcome } from './outcome.ts';
import type { SpanRole, TaskEnd } from './severity.ts';
import {
  describeException,
  describeSpan,
  mostExceptions,
  mostRecorded,
  type SpanFailure,
} from './span-failure.ts';

/** What is known of a failed span from around it. */
export interface FailureContext extends Origin {
  /** Name of the local root above the span, if it is known: what the app was doing, as people call it. */
  rootName: string | undefined;
  /** Whoever the local trace is for; empty if its root does not say. */
  rootUser: () => string;
  /** What became of it, as far as the request says. */
  outcome: Outcome;
  /** What failed below it was expected, or low: if its local root ends well, nothing was lost. */
  isAboveMinor: boolean;
  /** Whom the span's call went to; empty if it is none. */
  dependency: () => string;
  /** What happened in the trace. */
  breadcrumbs: (until: number) => readonly Breadcrumb[];
  /** The deepest failed call of the local trace. */
  likelyCause: () => string | undefined;
  /** The job or task that it was a part of. */
  task?: TaskContext | undefined;
}

/** What is known of a run of a job or task in which something failed. */
export interface TaskContext {
  /** What it is called, if the span that failed is the run itself. */
  ownName: string | undefined;
  ended: TaskEnd;
  /** What its span says of it. */
  attributes: Attributes;
}

/** The failures of a failed span: one for each exception recorded on it, or one for its status. */
export function extractErrors(span: SpanView, context: FailureContext): Failure[] {
  const failure = describeSpan(span, context.task?.ownName);
  const exceptions = firstAndLast(distinct(span.exceptions(mostRecorded)));
  if (exceptions.length === 0) return [failureOf(span, context, failure, failure.withoutException)];
  return exceptions.map((exception) => {
    const severity = severityIn(exception.attributes);
    const told = severity === undefined ? failure : { ...failure, clues: { ...failure.clues, severity } };
    return failureOf(span, context, told, describeException(exception, span.endMillis));
  });
}

function failureOf(
  span: SpanView,
  context: FailureContext,
  { clues, operation, user }: SpanFailure,
  described: Described,
): Failure {
  const { isException } = described;
  const { codes } = clues;
  const { index } = span;
  const kind = roleOf(span);
  return assembleFailure({
    origin: context,
    described,
    clues,
    details: () => detailsIn(span.moveTo(index).attributes(), span.scopeName, context.task?.attributes),
    // Where an exception passed, its stack says better than the span that it was recorded on (`request handler - /x`).
    operation: isException && context.rootName ? readable(context.rootName, 'operation') : operation,
    traceId: span.traceId,
    spanId: span.spanId,
    severity: {
      kind,
      task: context.task?.ended,
      httpStatusCode: codes.httpStatusCode,
      grpcStatusCode: codes.grpcStatusCode,
    },
    outcome: context.outcome,
    // Another attempt may succeed, and what was only recorded may have been handled.
    mayBeHarmless:
      kind === 'client' ||
      kind === 'producer' ||
      span.statusCode !== statusCode.error ||
      context.isAboveMinor,
    swallowedAt: () => ({ operation: context.rootName ?? '', dependency: context.dependency() }),
    likelyCause: context.likelyCause,
    breadcrumbs: context.breadcrumbs,
    user: user === '' ? context.rootUser() : user,
    // A 503 that the app itself answers says that it failed, and not that a connection did.
    ...(span.kind === spanKind.server && (codes.httpStatusCode ?? 0) > 500
      ? { telling: { httpStatusCode: 500 } }
      : {}),
  });
}

/** Frameworks and handlers often record one exception each on the same span. */
function distinct(exceptions: readonly EventOfSpan[]): EventOfSpan[] {
  const seen = new Set<string>();
  return exceptions.filter(({ attributes }) => {
    const key = `${attributes.get(exceptionAttributes.type)}\u0000${attributes.get(exceptionAttributes.message)}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** What it gave up with comes last. */
function firstAndLast(exceptions: readonly EventOfSpan[]): readonly EventOfSpan[] {
  if (exceptions.length <= mostExceptions) return exceptions;
  return [...exceptions.slice(0, mostExceptions - 1), ...exceptions.slice(-1)];
}

const roles: readonly SpanRole[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];

function roleOf(span: SpanView): SpanRole {
  return roles[span.kind] ?? 'internal';
}
