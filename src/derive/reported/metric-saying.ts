import type { DataPoint } from '../../otlp/metric-view.ts';
import type { BreakerState } from '../breakers/breaker-state.ts';
import type { BreakerOutcome } from './breaker-words.ts';

/** What a point of a metric says, once it is known what it adds to the one before. Names are as the app gives them. */
export type MetricSaying =
  | { says: 'calls'; breaker: string; outcome: BreakerOutcome }
  /** How often the breaker entered the state. */
  | { says: 'entries'; breaker: string; state: BreakerState }
  /** The breaker is in this state now. */
  | { says: 'state'; breaker: string; state: BreakerState }
  /** @param value of the point, in which the retries are */
  | { says: 'retries'; policy: string; value: number }
  /** Something else, of which nothing is to be known. */
  | { says: 'nothing' }
  | { says: 'unusable'; reason: UnusableReason };

/** Why a report cannot be used. */
export const unusableReasons = [
  'no_name',
  'unknown_state',
  'unknown_outcome',
  'unusable_point',
  'too_many',
] as const;
export type UnusableReason = (typeof unusableReasons)[number];

export type MetricReader = (point: DataPoint) => MetricSaying;

export const nothing: MetricSaying = { says: 'nothing' };

export function unusable(reason: UnusableReason): MetricSaying {
  return { says: 'unusable', reason };
}
