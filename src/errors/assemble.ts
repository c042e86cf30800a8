import { supportCode } from '../conventions/support-code.ts';
import { classify } from './class.ts';
import type { ErrorClass, ErrorEvent, Severity } from './error-event.ts';
import { eventIds } from './event-id.ts';
import { fingerprint } from './fingerprint.ts';
import type { Failure } from './failure.ts';
import type { Clues, Described, FailureDetails } from './failure-details.ts';
import { remembered } from './remembered.ts';
import type { ParsedStack } from './stack/reader.ts';
import { readStackTrace } from './stack/trace.ts';

/** Whose failure it is. */
export interface Origin {
  service: string;
  version: string;
  environment: string;
}

export interface FailureParts {
  origin: Origin;
  described: Described;
  clues: Clues;
  /** Read when they are asked for. */
  details: () => FailureDetails;
  operation: string;
  /** Hex; empty where the failure was in no span. */
  traceId: string;
  spanId: string;
  /** If the app does not say it. */
  severity: Severity;
  /** The HTTP status that says what kind of failure it was, where it is another one than that of the call. */
  telling?: { httpStatusCode: number };
  /** See `FailureIdentity`. */
  detail?: string;
}

/** A failure, made of what is known of it. */
export function assembleFailure(parts: FailureParts): Failure {
  const { origin, described, clues, traceId, spanId, detail = '' } = parts;
  const { service, version, environment } = origin;
  const { type, message, timeMillis } = described;
  const trace = readStackTrace(described.stack, message);
  const { id, otherId } = eventIds({
    service,
    environment,
    traceId,
    spanId,
    type,
    message,
    timeMillis,
    detail,
  });
  const counted: Omit<Failure, 'describe'> = {
    id,
    otherId,
    time: timeMillis,
    service,
    environment,
    version,
    severity: clues.severity ?? parts.severity,
    expected: false,
    class: classOf(parts),
    traceId,
    fingerprint: fingerprint({ type, message, frames: trace.frames, causes: trace.causes }),
  };
  return { ...counted, describe: () => describe(counted, parts, trace) };
}

function describe(
  { otherId, ...counted }: Omit<Failure, 'describe'>,
  { described, details, operation, spanId }: FailureParts,
  { frames, causes }: ParsedStack,
): ErrorEvent {
  const { type, message, stack } = described;
  const { component, attributes, supportCode: own } = details();
  return {
    ...counted,
    ...(otherId === undefined ? {} : { otherId }),
    component,
    type,
    message,
    stack,
    frames,
    causes,
    operation,
    spanId,
    attributes,
    supportCode: own ?? supportCode(counted.traceId),
    ...(own === undefined ? {} : { ownSupportCode: own }),
  };
}

function classOf({ described, clues, telling }: FailureParts): ErrorClass {
  const { type, message, isException } = described;
  const codes = telling === undefined ? clues.codes : { ...clues.codes, ...telling };
  if (isException) return classify({ type, message, ...codes }).class;
  // A message of our own making, which comes again and again.
  return classOfStatus(JSON.stringify([type, message, codes]));
}

const classOfStatus = remembered({ most: 256, longest: 512 }, (facts): ErrorClass => {
  const [type, message, codes] = JSON.parse(facts) as [string, string, Clues['codes']];
  return classify({ type, message, ...codes }).class;
});
