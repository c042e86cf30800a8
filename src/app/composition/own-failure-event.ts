import { notifyComponent, notifyOperation, ownService } from '../../conventions/own-failures.ts';
import { assembleFailure } from '../../errors/assemble.ts';
import type { Failure } from '../../errors/failure.ts';
import { readable } from '../../errors/failure-details.ts';
import { type OwnFailure, ownFailureFacts, reasonOf } from '../../telemetry/own-failure.ts';

/** What Tocsin is, as a service. */
export interface OwnResource {
  version: string;
  environment: string;
}

/**
 * A failure of Tocsin itself as an error event of the service `tocsin`. It is known again by its kind and what it is about, whatever
 * its message says; what was thrown, by where that was.
 * @param at milliseconds since the Unix epoch
 */
export function ownFailureEvent(failure: OwnFailure, resource: OwnResource, at: number): Failure {
  const { kind, subject = '', message, error, details = {} } = failure;
  const { component, severity } = ownFailureFacts(kind);
  const thrown = error instanceof Error ? error : undefined;
  return assembleFailure({
    origin: { service: ownService, ...resource, instance: '', pod: '' },
    described: {
      type: readable(thrown?.name ?? kind, 'type'),
      message: readable(error === undefined ? message : reasonOf(error), 'message'),
      stack: readable(thrown?.stack ?? '', 'stack'),
      timeMillis: at,
      isException: true,
    },
    clues: { codes: {}, severity: undefined },
    details: () => ({
      component,
      attributes: {
        'failure.kind': kind,
        ...(subject === '' ? {} : { 'failure.subject': subject }),
        ...details,
      },
      supportCode: undefined,
    }),
    operation: component === notifyComponent ? notifyOperation(subject) : '',
    traceId: '',
    spanId: '',
    severity,
    outcome: 'failed',
    mayBeHarmless: false,
    user: '',
    breadcrumbs: () => [],
    // Within one second a failure of one kind and subject is one, however often it is told of.
    detail: ` ${kind} ${subject}`,
    ...(error === undefined ? { groupedBy: `${kind} ${subject}` } : {}),
  });
}
