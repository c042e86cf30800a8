/** The states of a circuit breaker, in the words of labels and of the API. */
export const breakerStates = ['closed', 'open', 'half_open'] as const;
export type BreakerState = (typeof breakerStates)[number];

/** What there is of them, of a breaker that nobody sets by hand. */
export const breakerTransitions: readonly (readonly [BreakerState, BreakerState])[] = [
  ['closed', 'open'],
  ['open', 'half_open'],
  ['half_open', 'open'],
  ['half_open', 'closed'],
];

export interface BreakerTransition {
  /** Milliseconds since the Unix epoch, by the clock of the app. */
  at: number;
  from: BreakerState;
  to: BreakerState;
}

/** A breaker of a service that has left the state closed in one instance at least. */
export interface OpenBreaker {
  service: string;
  name: string;
  /** When the first of its instances opened that is not closed again; milliseconds since the Unix epoch. */
  since: number;
  /** Of the instance with the most of them: each has a breaker of its own. */
  failedProbes: number;
  /** Calls meanwhile, of all instances. */
  calls: number;
}
