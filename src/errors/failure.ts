import type { Breadcrumb } from './breadcrumb.ts';
import type { ErrorEvent, Severity } from './error-event.ts';
import type { Outcome } from './outcome.ts';
import { moreSevere, type Severities } from './severity.ts';

/** What is known of a failure without a look at all of it: enough to judge and to count it. */
export interface Failure
  extends Pick<
    ErrorEvent,
    | 'id'
    | 'otherId'
    | 'time'
    | 'reportedTime'
    | 'service'
    | 'environment'
    | 'version'
    | 'instance'
    | 'pod'
    | 'severity'
    | 'held'
    | 'swallowed'
    | 'expected'
    | 'class'
    | 'traceId'
    | 'fingerprint'
  > {
  /** Of one of which it is not known yet what becomes of it: how bad it then is. */
  ifBecomes: Severities | undefined;
  /** What it was called by versions before this one, the latest first; without what it is called now. */
  formerFingerprints: () => readonly string[];
  /** Whoever it happened to, by `user.id` or the like; empty if nothing says. */
  user: string;
  /** What happened in the trace before it. The request that it came with is read again, as below. */
  breadcrumbs: () => readonly Breadcrumb[];
  /** All else. The request that it came with is read again: only before anything is waited for. */
  describe: () => ErrorEvent;
}

/** One that is known already, and whose severity is settled. */
export function knownFailure(event: ErrorEvent): Failure {
  return {
    ...event,
    ifBecomes: undefined,
    user: '',
    breadcrumbs: () => [],
    describe: () => event,
    formerFingerprints: () => [],
  };
}

/** How bad it is if this became of it. One that people were told of at once only becomes worse. */
export function severityBy(
  { severity, held, ifBecomes }: Pick<Failure, 'severity' | 'held' | 'ifBecomes'>,
  outcome: Outcome,
): Severity {
  if (ifBecomes === undefined) return severity;
  return held === undefined ? moreSevere(severity, ifBecomes[outcome]) : ifBecomes[outcome];
}

/** Nobody is told of it, whatever becomes of it. */
export function isMinor({
  expected,
  severity,
  held,
}: Pick<Failure, 'expected' | 'severity' | 'held'>): boolean {
  return expected || (held ?? severity) === 'low';
}
