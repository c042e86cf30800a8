import { breakerStates } from '../breakers/breaker-state.ts';
import { type BreakerSummary, worstState } from '../breakers/breaker-summary.ts';
import type { BreakerBook } from './breaker-book.ts';
import { type BreakerRecord, failedProbesOf, keptTransitions } from './breaker-record.ts';
import { breakerOutcomes } from './breaker-words.ts';

/** What is known of each breaker that apps report, by service and name. */
export function reportedBreakers(book: Pick<BreakerBook, 'settle' | 'all'>): BreakerSummary[] {
  book.settle();
  const groups = Map.groupBy(book.all, ({ service, name }) => `${service.length}:${service}${name}`);
  return [...groups.values()].map(summaryOf);
}

function summaryOf(records: readonly BreakerRecord[]): BreakerSummary {
  const { service, name } = records[0]!;
  const instances = { closed: 0, open: 0, half_open: 0 };
  const calls = { success: 0, failure: 0, rejected: 0 };
  const millisIn = { closed: 0, open: 0, half_open: 0 };
  for (const record of records) {
    if (record.state !== undefined) instances[record.state]++;
    for (const outcome of breakerOutcomes) calls[outcome] += record.calls[outcome];
    for (const state of breakerStates) millisIn[state] += record.millisIn[state];
  }
  const worst = worstState({ instances });
  const inWorst = records.filter(({ state }) => state === worst).map(({ since }) => since);
  const transitions = records
    .flatMap((record) => record.transitions.map(({ at, from, to }) => ({ at, from, to })))
    .toSorted((a, b) => a.at - b.at)
    .slice(-keptTransitions);
  return {
    service,
    name,
    kind: 'reported',
    instances,
    since: worst === undefined ? undefined : Math.min(...inWorst),
    calls,
    millisIn,
    failedProbes: Math.max(...records.map(failedProbesOf)),
    transitions,
  };
}
