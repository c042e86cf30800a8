import { supportCode } from '../conventions/support-code.ts';
import { type Breadcrumb, lastBreadcrumbs } from './breadcrumb.ts';
import { classify } from './class.ts';
import type { ErrorClass, ErrorEvent, Severity, Swallowed } from './error-event.ts';
import { eventIds } from './event-id.ts';
import { fingerprint } from './fingerprint.ts';
import { formerVersions } from './fingerprint/former/former.ts';
import type { Failure } from './failure.ts';
import { type Clues, type Described, type FailureDetails, longest } from './failure-details.ts';
import type { Outcome } from './outcome.ts';
import { remembered } from '../runtime/remembered.ts';
import { type SeverityFacts, saidSeverities, severitiesOf } from './severity.ts';
import type { ParsedStack } from './stack/reader.ts';
import { readStackTrace } from './stack/trace.ts';

/** Whose failure it is. */
export interface Origin {
  service: string;
  version: string;
  environment: string;
  instance: string;
  pod: string;
}

export interface FailureParts {
  origin: Origin;
  described: Described;
  clues: Clues;
  /** Read when they are asked for. */
  details: () => FailureDetails;
  operation: string;
  /** What happened in the trace. */
  /** @param until later ones are none of this failure; milliseconds since the Unix epoch */
  breadcrumbs: (until: number) => readonly Breadcrumb[];
  /** Hex; empty where the failure was in no span. */
  traceId: string;
  spanId: string;
  /** If the app does not say it: how bad it is, or what that follows from together with its outcome. */
  severity: Severity | Omit<SeverityFacts, 'outcome'>;
  outcome: Outcome;
  /** What is not known yet may be that nothing was lost: its severity waits for the outcome. */
  mayBeHarmless: boolean;
  /** Where, if it was swallowed. */
  swallowedAt?: () => Swallowed;
  /** The failed call that it came of; undefined if none is known. */
  likelyCause?: () => string | undefined;
  /** The HTTP status that says what kind of failure it was, where it is another one than that of the call. */
  telling?: { httpStatusCode: number };
  /** Whoever it happened to; empty if nothing says. */
  user: string;
  /** See `FailureIdentity`. */
  detail?: string;
  /** What versions of the fingerprint before the present one made of it, if that was something else. */
  formerly?: Described;
  /** What it is known again by, letter for letter, instead of by what it says. */
  groupedBy?: string | undefined;
}

/** A failure, made of what is known of it. */
export function assembleFailure(parts: FailureParts): Failure {
  const { origin, described, clues, outcome, traceId, spanId, detail = '' } = parts;
  const { service, version, environment, instance, pod } = origin;
  const { type, message, timeMillis } = described;
  const trace = readStackTrace(wholeLines(described.stack), message);
  const { id, otherId } = eventIds({
    service,
    environment,
    traceId,
    spanId,
    type: type.slice(0, longest.type),
    message: message.slice(0, longest.message),
    timeMillis,
    detail,
  });
  const said = clues.severity ?? parts.severity;
  const by = typeof said === 'string' ? saidSeverities[said] : severitiesOf(said);
  const severity = by[outcome];
  const isOpen = outcome === 'open' && typeof said !== 'string';
  const isHeld = isOpen && parts.mayBeHarmless && by.failed !== 'low';
  const isSwallowed = outcome === 'swallowed' && severity !== 'low';
  const facts = { ...groupOf(parts), frames: trace.frames, causes: trace.causes };
  const counted: Counted = {
    id,
    otherId,
    time: timeMillis,
    service,
    environment,
    version,
    instance,
    pod,
    severity: isHeld ? 'low' : severity,
    held: isHeld ? by.failed : undefined,
    swallowed: isSwallowed ? parts.swallowedAt?.() : undefined,
    expected: false,
    class: classOf(parts),
    traceId,
    fingerprint: fingerprint(facts),
  };
  return {
    ...counted,
    formerFingerprints: () => {
      const before = { ...described, ...parts.formerly };
      const { frames, causes } = before.stack === described.stack ? trace : readStackTrace(before.stack, '');
      const named = { ...groupOf({ ...parts, described: before }), frames, causes };
      return formerVersions.map((former) => former(named));
    },
    ifBecomes: isOpen ? by : undefined,
    user: parts.user,
    breadcrumbs: () => lastBreadcrumbs(parts.breadcrumbs(timeMillis), timeMillis),
    describe: () => describe(counted, parts, trace),
  };
}

/** Of a stack that is too long to be kept whole: a line that is cut would be read as another, and what is secret in it not be known. */
function wholeLines(stack: string): string {
  if (stack.length <= longest.stack) return stack;
  const end = stack.lastIndexOf('\n', longest.stack);
  return stack.slice(0, Math.max(0, end));
}

function groupOf({ described: { type, message }, groupedBy }: FailureParts): {
  type: string;
  message: string;
} {
  return groupedBy === undefined
    ? { type: type.slice(0, longest.type), message: message.slice(0, longest.message) }
    : { type: groupedBy, message: '' };
}

type Counted = Omit<Failure, 'ifBecomes' | 'user' | 'breadcrumbs' | 'describe' | 'formerFingerprints'>;

function describe(
  counted: Counted,
  { described, details, likelyCause, operation, spanId }: FailureParts,
  { frames, causes }: ParsedStack,
): ErrorEvent {
  const { type, message, stack } = described;
  const { component, attributes, supportCode: own } = details();
  return {
    ...counted,
    likelyCause: likelyCause?.(),
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
    ownSupportCode: own,
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
