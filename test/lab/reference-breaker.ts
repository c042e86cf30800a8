import type { BreakerSettings, BreakerState, BreakerTransition, CallOutcome } from './plan.ts';

/**
 * What a breaker that only looks on would have made of the app's own outcomes: it opens after so many failures in a row, lets
 * one probe through after its time, and is closed or open again by what becomes of it. As in the libraries, the first call
 * that begins after the time is the probe; calls that had begun before say nothing any more, and those that end while it is
 * open neither.
 */
export function referenceTransitions(
  calls: readonly CallOutcome[],
  { consecutiveFailures, openMillis }: BreakerSettings,
): BreakerTransition[] {
  const transitions: BreakerTransition[] = [];
  let state = 'closed' as BreakerState;
  let failures = 0;
  let openedAt = 0;
  let closedAt = -Infinity;
  let probe: CallOutcome | undefined;
  const go = (to: BreakerState, at: number): void => {
    transitions.push({ at, from: state, to });
    state = to;
    failures = 0;
    if (to === 'open') openedAt = at;
    if (to === 'closed') closedAt = at;
  };
  for (const { at, call, isEnd } of moments(calls)) {
    if (!isEnd) {
      if (state !== 'open' || at < openedAt + openMillis) continue;
      go('half_open', at);
      probe = call;
    } else if (state === 'half_open' && call === probe) {
      go(call.ok ? 'closed' : 'open', at);
    } else if (state === 'closed' && call.start >= closedAt) {
      failures = call.ok ? 0 : failures + 1;
      if (failures >= consecutiveFailures) go('open', at);
    }
  }
  return transitions;
}

/** Beginnings and ends in the order of time; of two at once, what began earlier comes first. */
function moments(calls: readonly CallOutcome[]) {
  return calls
    .flatMap((call) => [
      { at: call.start, call, isEnd: false },
      { at: call.end, call, isEnd: true },
    ])
    .sort((one, other) => one.at - other.at || one.call.start - other.call.start);
}
