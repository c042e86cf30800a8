import { exceptionAttributes } from '../conventions/attributes.ts';
import type { LogView } from '../otlp/log-view.ts';
import { assembleFailure, type Origin } from './assemble.ts';
import type { Breadcrumb } from './breadcrumb.ts';
import type { Failure } from './failure.ts';
import {
  type Attributes,
  cluesIn,
  type Described,
  detailsIn,
  firstOf,
  readable,
  userIn,
} from './failure-details.ts';
import { asStackSays } from './logged-exception.ts';
import { errorNumber, fatalNumber, severityOfLog } from './severity.ts';
import { describeException } from './span-failure.ts';
import { readStackTrace } from './stack/trace.ts';

export interface LoggedError {
  failure: Failure;
  /** Not only a message. */
  isException: boolean;
}

/** Where a record comes from, and what else was logged in a trace. */
export interface LogContext extends Origin {
  recent: (traceId: string) => readonly Breadcrumb[];
}

/** Where in the code it was logged; the older name stands behind. */
const functionNames = ['code.function.name', 'code.function'];

/**
 * The failure that a log record tells of; undefined if it tells of none after all: an attribute may be there and empty.
 * @param arrivedAt for a record without a time; milliseconds since the Unix epoch
 * @param ordinal of the record among those of its request that say the same at the same time
 */
export function extractLogError(
  record: LogView,
  origin: LogContext,
  arrivedAt: number,
  ordinal: (event: string) => number,
): LoggedError | undefined {
  const attributes = record.attributes();
  const isException = isOfException(record, attributes);
  if (!isException && record.severityNumber < errorNumber) return undefined;
  const timeMillis = record.timeMillis || arrivedAt;
  const said = isException
    ? describeLoggedException(record, attributes, timeMillis)
    : describeMessage(record, timeMillis);
  const described = isException ? asStackSays(said) : said;
  const { traceId, spanId, severityNumber, scopeName, eventName } = record;
  const failure = assembleFailure({
    origin,
    described,
    formerly: isException ? said : asItWas(said, record),
    clues: cluesIn(attributes),
    details: () => detailsIn(attributes, scopeName),
    operation: readable(String(firstOf(attributes, functionNames) ?? ''), 'operation'),
    traceId,
    spanId,
    severity: severityOfLog(severityNumber, described.isException, eventName),
    outcome: 'failed',
    mayBeHarmless: false,
    user: userIn(attributes),
    // Not itself: it is there already.
    breadcrumbs: () =>
      origin
        .recent(traceId)
        .filter((each) => each.time !== timeMillis || !described.message.startsWith(each.message)),
    detail: isException && spanId !== '' ? '' : detailOf(described, record, ordinal),
  });
  return { failure, isException: described.isException };
}

/** What an app logs twice happened twice; an exception that is told of twice in one span, by span and log, did not. */
function detailOf(
  { type, message, timeMillis }: Described,
  record: LogView,
  ordinal: (event: string) => number,
): string {
  // One without a time is the same when it is sent again later.
  const time = record.timeMillis === 0 ? '' : timeMillis;
  return ` ${time} ${ordinal(`${record.traceId}${record.spanId} ${time} ${type} ${message}`)}`;
}

function isOfException({ eventName }: LogView, attributes: Attributes): boolean {
  return (
    /(?:^|\.)(?:exception|crash)$/.test(eventName) ||
    Object.values(exceptionAttributes).some((key) => attributes.has(key))
  );
}

function describeLoggedException(record: LogView, attributes: Attributes, timeMillis: number): Described {
  const described = describeException({ attributes: new Map(attributes), timeMillis }, timeMillis);
  return described.message === '' ? { ...described, message: readable(record.body, 'message') } : described;
}

/** Before version 3 of the fingerprint a traceback below a message was a part of it. */
function asItWas(said: Described, { body }: LogView): Described {
  const isBelow = said.stack !== '' && said.stack.length < readable(body, 'stack').length;
  return isBelow ? { ...said, message: readable(body, 'message'), stack: '' } : said;
}

/** Many an app logs the stack as part of the message. */
function describeMessage(record: LogView, timeMillis: number): Described {
  const { body, severityText, severityNumber } = record;
  const level = severityNumber >= fatalNumber ? 'FATAL' : 'ERROR';
  const type = /^[A-Za-z]{2,16}$/.test(severityText) ? severityText.toUpperCase() : level;
  const firstLine = body.trimStart().split('\n', 1)[0]!.trim();
  const stack = firstLine.length < body.length ? stackIn(readable(body, 'stack')) : '';
  return {
    type,
    message: readable(stack === '' ? body || record.eventName : firstLine, 'message'),
    stack,
    timeMillis,
    isException: false,
  };
}

const traceback = /^(?:Exception Group )?Traceback \(most recent call last\):$/m;

/** The stack trace that a text is, or that Python's logging wrote below a message; empty if there is none. */
function stackIn(text: string): string {
  const below = text.slice(Math.max(0, text.search(traceback)));
  return [text, below].find((each) => readStackTrace(each, '').frames.length > 0) ?? '';
}
