import { type BreakerRecord, failedProbesOf } from './breaker-record.ts';

/** A breaker of a service that has left the state closed in one instance at least. */
export interface OpenReportedBreaker {
  service: string;
  name: string;
  /** When the first of its instances opened that is not closed again; milliseconds since the Unix epoch. */
  since: number;
  /** Of the instance with the most of them: each has a breaker of its own. */
  failedProbes: number;
  /** Calls meanwhile, of all instances. */
  calls: number;
}

/**
 * Those that are open or half open: one that tries whether it can close has not closed, and most often opens again. By service and
 * name, however many instances there are.
 */
export function openBreakers(records: readonly BreakerRecord[]): OpenReportedBreaker[] {
  const open = new Map<string, OpenReportedBreaker>();
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
