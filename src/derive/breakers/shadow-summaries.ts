import type { Place } from '../client-calls/place.ts';
import { breakerStates, type OpenBreaker } from './breaker-state.ts';
import { type BreakerSummary, worstState } from './breaker-summary.ts';
import type { WatchedBreaker } from './watched-breaker.ts';

const keptTransitions = 20;

/** What is known of the breakers that are computed from calls to one dependency, of all instances together. */
export function shadowSummary(
  { service, dependency }: Place,
  breakers: readonly WatchedBreaker[],
): BreakerSummary {
  const instances = { closed: 0, open: 0, half_open: 0 };
  const calls = { success: 0, failure: 0, rejected: 0 };
  const millisIn = { closed: 0, open: 0, half_open: 0 };
  for (const breaker of breakers) {
    instances[breaker.known.state]++;
    calls.success += breaker.calls.success;
    calls.failure += breaker.calls.failure;
    calls.rejected += breaker.calls.refused;
    for (const state of breakerStates) millisIn[state] += breaker.millisIn[state];
  }
  const worst = worstState({ instances });
  const inWorst = breakers.filter(({ known }) => known.state === worst).map(({ known }) => known.since);
  const since = Math.min(...inWorst);
  return {
    service,
    name: dependency,
    kind: 'shadow',
    instances,
    // Of one that was closed from the beginning nobody knows since when.
    since: Number.isFinite(since) ? since : undefined,
    calls,
    millisIn,
    failedProbes: Math.max(...breakers.map(({ known }) => known.failedProbes)),
    transitions: breakers
      .flatMap(({ recent }) => recent)
      .toSorted((a, b) => a.at - b.at)
      .slice(-keptTransitions),
  };
}

/** @returns undefined if all of them are closed */
export function openShadow(
  { service, dependency }: Place,
  breakers: readonly WatchedBreaker[],
): OpenBreaker | undefined {
  const open = breakers.filter(({ known }) => known.state !== 'closed').map(({ known }) => known);
  if (open.length === 0) return undefined;
  return {
    service,
    name: dependency,
    since: Math.min(...open.map(({ openedAt }) => openedAt)),
    failedProbes: Math.max(...open.map(({ failedProbes }) => failedProbes)),
    calls: open.reduce((sum, { openCalls }) => sum + openCalls, 0),
  };
}
