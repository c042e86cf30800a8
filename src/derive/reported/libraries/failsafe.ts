import type { DataPoint } from '../../../otlp/metric-view.ts';
import { readOutcome, readState } from '../breaker-words.ts';
import { type MetricSaying, unusable } from '../metric-saying.ts';
import { nameIn } from './name-in.ts';

/*
 * OpenTelemetry's instrumentation of Failsafe: FailsafeTelemetry of opentelemetry-failsafe-3.0. Its count of executions of a retry policy
 * does not say how often something was tried again; its attempts do.
 */

export function readFailsafeCalls({ attributes }: DataPoint): MetricSaying {
  const breaker = nameIn(attributes, 'failsafe.circuit_breaker.name');
  const outcome = readOutcome(attributes.get('failsafe.circuit_breaker.outcome'));
  if (breaker === '') return unusable('no_name');
  return outcome === undefined ? unusable('unknown_outcome') : { says: 'calls', breaker, outcome };
}

export function readFailsafeChange({ attributes }: DataPoint): MetricSaying {
  const breaker = nameIn(attributes, 'failsafe.circuit_breaker.name');
  const state = readState(attributes.get('failsafe.circuit_breaker.state'));
  if (breaker === '') return unusable('no_name');
  return state === undefined ? unusable('unknown_state') : { says: 'entries', breaker, state };
}

/** A histogram of attempts, of which the first of each execution is none. */
export function readFailsafeRetries({ attributes, count, sum }: DataPoint): MetricSaying {
  const policy = nameIn(attributes, 'failsafe.retry_policy.name');
  return policy === '' ? unusable('no_name') : { says: 'retries', policy, value: sum - count };
}
