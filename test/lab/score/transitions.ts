import type { BreakerState, BreakerTransition } from '../plan.ts';
import type { TrueBreaker } from '../truth.ts';

/** Two moments within this are the same one. */
export const toleranceMillis = 1000;

export interface BreakerCounts {
  right: number;
  wrong: number;
  missed: number;
  /** In which both are in the same state, and all of it. */
  agreedMillis: number;
  totalMillis: number;
}

export const noBreaker: BreakerCounts = { right: 0, wrong: 0, missed: 0, agreedMillis: 0, totalMillis: 0 };

/** A transition is right if there is a true one of the same kind within the tolerance, which is then taken. */
export function scoreBreaker(truth: TrueBreaker, inferred: readonly BreakerTransition[]): BreakerCounts {
  const left = [...truth.transitions];
  let right = 0;
  for (const { from, to, at } of inferred) {
    const nearest = left
      .filter((one) => one.from === from && one.to === to && Math.abs(one.at - at) <= toleranceMillis)
      .sort((one, other) => Math.abs(one.at - at) - Math.abs(other.at - at))[0];
    if (nearest === undefined) continue;
    left.splice(left.indexOf(nearest), 1);
    right++;
  }
  return {
    right,
    wrong: inferred.length - right,
    missed: left.length,
    agreedMillis: agreement(truth, inferred),
    totalMillis: truth.to - truth.from,
  };
}

function agreement({ transitions, from, to }: TrueBreaker, inferred: readonly BreakerTransition[]): number {
  const changes = [...transitions, ...inferred]
    .map(({ at }) => Math.min(Math.max(at, from), to))
    .sort((one, other) => one - other);
  const edges = [from, ...changes, to];
  let agreed = 0;
  for (let i = 1; i < edges.length; i++) {
    const middle = (edges[i - 1]! + edges[i]!) / 2;
    if (stateAt(transitions, middle) === stateAt(inferred, middle)) agreed += edges[i]! - edges[i - 1]!;
  }
  return agreed;
}

function stateAt(transitions: readonly BreakerTransition[], at: number): BreakerState {
  const before = transitions.filter((transition) => transition.at <= at);
  return (
    before.reduce<BreakerTransition | undefined>(
      (latest, one) => (latest === undefined || one.at >= latest.at ? one : latest),
      undefined,
    )?.to ?? 'closed'
  );
}
