import type { DataPoint } from '../../../otlp/metric-view.ts';
import { readOutcome, readState } from '../breaker-words.ts';
import { type MetricSaying, nothing, unusable } from '../metric-saying.ts';
import { nameIn } from './name-in.ts';

/* resilience4j through Micrometer: CircuitBreakerMetricNames and RetryMetricNames of resilience4j-micrometer. */

/** A timer, which comes as a histogram or a summary, or a counter: how many there were is its count. */
export function readResilience4jCalls({ attributes }: DataPoint): MetricSaying {
  const breaker = nameIn(attributes, 'name');
  const kind = attributes.get('kind');
  if (breaker === '') return unusable('no_name');
  // Its exception is one that the breaker does not look at.
  if (kind === 'ignored') return nothing;
  const outcome = readOutcome(kind);
  return outcome === undefined ? unusable('unknown_outcome') : { says: 'calls', breaker, outcome };
}

/** A gauge for each state, 1 for the one that it is in. */
export function readResilience4jState({ attributes, count }: DataPoint): MetricSaying {
  const breaker = nameIn(attributes, 'name');
  if (breaker === '') return unusable('no_name');
  if (count !== 1) return nothing;
  const state = readState(attributes.get('state'));
  return state === undefined ? unusable('unknown_state') : { says: 'state', breaker, state };
}

/** It does not say how often a call was tried again: at least once. */
export function readResilience4jRetries({ attributes, count }: DataPoint): MetricSaying {
  const policy = nameIn(attributes, 'name');
  const isRetried = String(attributes.get('kind')).endsWith('_with_retry');
  if (policy === '') return unusable('no_name');
  return isRetried ? { says: 'retries', policy, value: count } : nothing;
}
