import type { BreakerOutcome } from '../reported/breaker-words.ts';
import type { BreakerState, BreakerTransition } from './breaker-state.ts';

/** `reported`: the app says it; `shadow`: computed from its calls. */
export const breakerKinds = ['reported', 'shadow'] as const;
export type BreakerKind = (typeof breakerKinds)[number];

/** A circuit breaker of a service, of all its instances together. Times are milliseconds since the Unix epoch. */
export interface BreakerSummary {
  service: string;
  /** Of a shadow breaker, its dependency. */
  name: string;
  kind: BreakerKind;
  /** Instances in each state; none while only calls are known. */
  instances: Readonly<Record<BreakerState, number>>;
  /** Of the instances in the worst state there is, since when the first is in it; undefined if no state is known. */
  since: number | undefined;
  calls: Readonly<Record<BreakerOutcome, number>>;
  /** How long they were in each state, all instances together. */
  millisIn: Readonly<Record<BreakerState, number>>;
  failedProbes: number;
  /** The last ones of all instances, by time. */
  transitions: readonly BreakerTransition[];
}

/** Says which breakers there are, in any order. */
export type BreakerSource = () => readonly BreakerSummary[];

const fromWorst: readonly BreakerState[] = ['open', 'half_open', 'closed'];

/** The worst state that an instance is in; undefined if none is known. */
export function worstState({ instances }: Pick<BreakerSummary, 'instances'>): BreakerState | undefined {
  return fromWorst.find((state) => instances[state] > 0);
}
