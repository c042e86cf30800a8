import { createHash } from 'node:crypto';
import type { Condition } from '../../src/alerting/conditions/condition.ts';
import type { ConditionIncident } from '../../src/alerting/incident.ts';
import { conditionLabels } from '../../src/alerting/labels.ts';
import type { TaskRecord } from '../../src/derive/tasks/task-record.ts';
import type { ErrorEvent } from '../../src/errors/error-event.ts';
import { type Failure, knownFailure } from '../../src/errors/failure.ts';
import type { Issue } from '../../src/issues/issue.ts';
import { applyEvent } from '../../src/issues/lifecycle.ts';

let lastId = 0;

/** An error event like any other, but for what is given. */
export function errorEvent(given: Partial<ErrorEvent> = {}): ErrorEvent {
  lastId++;
  return {
    id: lastId.toString(16).padStart(32, '0'),
    time: Date.UTC(2026, 0, 2, 3, 0, 0),
    service: 'checkout',
    environment: 'production',
    version: '1.4.2',
    severity: 'high',
    expected: false,
    class: 'unknown',
    component: '@opentelemetry/instrumentation-express',
    type: 'PaymentError',
    message: 'card 17 was refused',
    stack: 'PaymentError: card 17 was refused\n    at charge (/app/src/charge.js:10:5)',
    frames: [{ function: 'charge', file: '/app/src/charge.js', line: 10, column: 5, inApp: true }],
    causes: [],
    operation: 'POST /charge',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    attributes: {},
    fingerprint: '1:payment',
    supportCode: 'TOC-1BVPA68P',
    ...given,
  };
}

/** What is known of a job that has run once and well, but for what is given. */
export function taskRecord(given: Partial<TaskRecord> = {}): TaskRecord {
  const at = Date.UTC(2026, 0, 2);
  return {
    service: 'shop',
    kind: 'job',
    name: 'nightly-import',
    schedule: '0 2 * * *',
    runs: { success: 1, failure: 0, retried: 0 },
    firstRunAt: at,
    lastRunAt: at,
    lastOutcome: 'success',
    lastSuccessAt: at,
    lastFailure: undefined,
    durations: [12.5],
    ...given,
  };
}

/** A failure of which all is known already. */
export function failure(given: Partial<ErrorEvent> = {}): Failure {
  return knownFailure(errorEvent(given));
}

/** The issue that these events make. */
export function issue(...events: [Partial<ErrorEvent>, ...Partial<ErrorEvent>[]]): Issue {
  let made: Issue | undefined;
  for (const event of events) made = applyEvent(made, errorEvent(event)).issue;
  return made!;
}

/** An incident about a condition that holds since the epoch. */
export function conditionIncident(given: Partial<Condition> = {}): ConditionIncident {
  const condition: Condition = {
    alertname: 'HighErrorRate',
    severity: 'high',
    service: 'checkout',
    environment: 'production',
    subject: {},
    title: 'Too many calls fail',
    detail: '',
    facts: [{ name: 'Failed', value: '5 of 100 calls in 5 min' }],
    ...given,
  };
  const { alertname, severity, service, subject } = condition;
  return {
    key: createHash('sha256')
      .update(`${alertname} ${service} ${JSON.stringify(subject)}`)
      .digest('hex')
      .slice(0, 32),
    alertname,
    alerts: [{ alertname, startsAt: 0, endsAt: undefined, revision: 1 }],
    labels: conditionLabels(condition),
    severity,
    state: 'firing',
    revision: 1,
    stateRevision: 1,
    startsAt: 0,
    lastHeardAt: 0,
    endsAt: undefined,
    endReason: undefined,
    condition,
  };
}
