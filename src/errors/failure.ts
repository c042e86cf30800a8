import type { ErrorEvent } from './error-event.ts';

/** What is known of a failure without a look at all of it: enough to judge and to count it. */
export interface Failure
  extends Pick<
    ErrorEvent,
    | 'id'
    | 'otherId'
    | 'time'
    | 'service'
    | 'environment'
    | 'version'
    | 'severity'
    | 'expected'
    | 'class'
    | 'traceId'
    | 'fingerprint'
  > {
  /** All of it. The request that it came with is read again: only before anything is waited for. */
  describe(): ErrorEvent;
}

/** One that is known already. */
export function knownFailure(event: ErrorEvent): Failure {
  return { ...event, describe: () => event };
}
