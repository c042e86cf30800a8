import { type BreakerState, breakerStates } from '../breakers/breaker-state.ts';

/** How often a breaker entered each state. */
export type Entries = Record<BreakerState, number>;

export function noEntries(): Entries {
  return { closed: 0, open: 0, half_open: 0 };
}

/** A breaker that changes more often between two points of a metric is not followed. */
export const mostSteps = 64;

export interface Walk {
  /** The states that it entered, one after the other. */
  steps: readonly BreakerState[];
  state: BreakerState;
  /** Entries that are in none of the steps: they fit nowhere, or there were too many. */
  left: number;
}

/**
 * In which order a breaker entered the states that a metric counts: it says how often, and nothing of the order, but a breaker can only go
 * closed → open → half open → open or closed. Where both would fit, it opens again first: it closes at the end of a failure.
 */
export function walk(from: BreakerState, entries: Readonly<Entries>): Walk {
  const left = { ...entries };
  const steps: BreakerState[] = [];
  let state = from;
  while (steps.length < mostSteps) {
    const next = nextState(state, left);
    if (next === undefined) break;
    left[next]--;
    steps.push(next);
    state = next;
  }
  return { steps, state, left: breakerStates.reduce((sum, each) => sum + left[each], 0) };
}

/** What is not to be expected comes last: somebody may open or close a breaker by hand. */
function nextState(state: BreakerState, left: Readonly<Entries>): BreakerState | undefined {
  const expected: readonly BreakerState[] = {
    closed: ['open', 'half_open'] as const,
    open: ['half_open', 'closed'] as const,
    // It has to close as often as it is counted, each time from half open.
    half_open: left.closed > left.half_open ? (['closed', 'open'] as const) : (['open', 'closed'] as const),
  }[state];
  return expected.find((next) => left[next] >= 1);
}

/**
 * In which state a breaker is that has entered its states so often since it began, closed. Where it may be half open or closed,
 * it is closed: that is what it is for longer.
 */
export function stateAfter({ open, half_open: halfOpen, closed }: Readonly<Entries>): BreakerState {
  if (open > halfOpen) return 'open';
  return halfOpen > 0 && closed === 0 ? 'half_open' : 'closed';
}
