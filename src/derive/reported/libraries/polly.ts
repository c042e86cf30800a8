import type { DataPoint } from '../../../otlp/metric-view.ts';
import type { BreakerState } from '../../breakers/breaker-state.ts';

import { type MetricSaying, nothing, unusable } from '../metric-saying.ts';
import { nameIn } from './name-in.ts';

/* Polly 8: https://www.pollydocs.org/advanced/telemetry.html#metrics. It has no metric for the state, and none for calls that it refused. */

const entered: ReadonlyMap<unknown, BreakerState> = new Map([
  ['OnCircuitOpened', 'open'],
  ['OnCircuitClosed', 'closed'],
  ['OnCircuitHalfOpened', 'half_open'],
]);

export function readPolly({ attributes, count }: DataPoint): MetricSaying {
  const event = attributes.get('event.name');
  const state = entered.get(event);
  if (state === undefined && event !== 'OnRetry') return nothing;
  const name = nameOf(attributes);
  if (name === '') return unusable('no_name');
  return state === undefined
    ? { says: 'retries', policy: name, value: count }
    : { says: 'entries', breaker: name, state };
}

/** One strategy of one pipeline, as Polly's own logs call it. */
function nameOf(attributes: DataPoint['attributes']): string {
  return ['pipeline.name', 'pipeline.instance', 'strategy.name']
    .map((key) => nameIn(attributes, key))
    .filter((part) => part !== '' && part !== '(null)')
    .join('/');
}
