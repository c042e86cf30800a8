import { supportCode } from '../conventions/support-code.ts';
import { classify } from './class.ts';
import type { ErrorClass, ErrorEvent, Severity } from './error-event.ts';
import { eventIds } from './event-id.ts';
import { fingerprint } from './fingerprint.ts';
import type { Described, FailureDetails } from './failure-details.ts';
import { remembered } from './remembered.ts';
import { readStackTrace } from './stack/trace.ts';

/** Whose failure it is. */
export interface Origin {
  service: string;
  version: string;
  environment: string;
}

export interface EventParts {
  origin: Origin;
  described: Described;
  details: FailureDetails;
  operation: string;
  /** Hex; empty where the failure was in no span. */
  traceId: string;
  spanId: string;
  severity: Severity;
  /** The HTTP status that says what kind of failure it was, where it is another one than that of the call. */
  telling?: { httpStatusCode: number };
  /** See `FailureIdentity`. */
  detail?: string;
}

/** An error event of what is known of a failure. */
export function assembleEvent(parts: EventParts): ErrorEvent {
  const { origin, described, details, operation, traceId, spanId, severity, detail = '' } = parts;
  const { service, version, environment } = origin;
  const { type, message, stack, timeMillis } = described;
  const { frames, causes } = readStackTrace(stack, message);
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
  return {
    id,
    ...(otherId === undefined ? {} : { otherId }),
    time: timeMillis,
    service,
    environment,
    version,
    severity: details.severity ?? severity,
    expected: false,
    class: classOf(parts),
    component: details.component,
    type,
    message,
    stack,
    frames,
    causes,
    operation,
    traceId,
    spanId,
    attributes: details.attributes,
    fingerprint: fingerprint({ type, message, frames, causes }),
    supportCode: details.supportCode ?? supportCode(traceId),
    ...(details.supportCode === undefined ? {} : { ownSupportCode: details.supportCode }),
  };
}

function classOf({ described, details, telling }: EventParts): ErrorClass {
  const { type, message, isException } = described;
  const codes = telling === undefined ? details.codes : { ...details.codes, ...telling };
  if (isException) return classify({ type, message, ...codes }).class;
  // A message of our own making, which comes again and again.
  return classOfStatus(JSON.stringify([type, message, codes]));
}

const classOfStatus = remembered({ most: 256, longest: 512 }, (facts): ErrorClass => {
  const [type, message, codes] = JSON.parse(facts) as [string, string, EventParts['details']['codes']];
  return classify({ type, message, ...codes }).class;
});
