import type { AttributeValue } from '../../otlp/attributes.ts';
import type { BreakerState } from '../breakers/breaker-state.ts';

/** What became of a call through a circuit breaker, in the words of labels and of the API. */
export const breakerOutcomes = ['success', 'failure', 'rejected'] as const;
export type BreakerOutcome = (typeof breakerOutcomes)[number];

/** As libraries write them, in lower case and without anything between the words. */
const states: ReadonlyMap<string, BreakerState> = new Map([
  ['closed', 'closed'],
  ['open', 'open'],
  ['halfopen', 'half_open'],
  // Opened by hand.
  ['forcedopen', 'open'],
  ['isolated', 'open'],
  // It lets everything through.
  ['disabled', 'closed'],
  ['metricsonly', 'closed'],
]);

const outcomes: ReadonlyMap<string, BreakerOutcome> = new Map([
  ['success', 'success'],
  ['successful', 'success'],
  ['failure', 'failure'],
  ['failed', 'failure'],
  ['rejected', 'rejected'],
  ['notpermitted', 'rejected'],
]);

/** @returns undefined if it is no state */
export function readState(value: AttributeValue | undefined): BreakerState | undefined {
  return states.get(plain(value));
}

/** @returns undefined if it is no outcome */
export function readOutcome(value: AttributeValue | undefined): BreakerOutcome | undefined {
  return outcomes.get(plain(value));
}

const longestWord = 32;

function plain(value: AttributeValue | undefined): string {
  if (typeof value !== 'string' || value.length > longestWord) return '';
  return value.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** Where a breaker comes from that is in this state, most often. */
export function stateBefore(state: BreakerState): BreakerState {
  if (state === 'open') return 'closed';
  return state === 'half_open' ? 'open' : 'half_open';
}
