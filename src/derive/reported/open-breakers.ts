import type { OpenBreaker } from '../breakers/breaker-state.ts';
import { type BreakerRecord, failedProbesOf } from './breaker-record.ts';

/**
 * Those that are open or half open: one that tries whether it can close has not closed, and most often opens again. By service and
 * name, however many instances there are.
 */
export function openBreakers(records: readonly BreakerRecord[]): OpenBreaker[] {
  const open = new Map<string, OpenBreaker>();
  for (const record of records) {
    const { service, name, openedAt, callsMeanwhile } = record;
    if (openedAt === undefined) continue;
    const key = `${service.length}:${service}${name}`;
    const found = open.get(key) ?? { service, name, since: openedAt, failedProbes: 0, calls: 0 };
    found.since = Math.min(found.since, openedAt);
    found.failedProbes = Math.max(found.failedProbes, failedProbesOf(record));
    found.calls += callsMeanwhile;
    open.set(key, found);
  }
  return [...open.values()];
}
