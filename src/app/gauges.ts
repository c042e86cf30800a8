import { severities } from '../errors/error-event.ts';
import { issueStates } from '../issues/issue.ts';
import type { MetricRegistry } from '../metrics/registry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Store } from '../store/store.ts';

export interface StoreGauges {
  /** Asks the store how many there are of everything; called before each exposition. */
  refresh(): Promise<void>;
}

/** Gauges of what is in the store. A store that does not answer leaves the last values: its health says that it is ill. */
export function storeGauges(
  registry: MetricRegistry,
  store: Pick<Store, 'countIssues' | 'countPending'>,
  receivers: readonly string[],
  clock: Clock,
): StoreGauges {
  const issues = registry.gauge({
    name: 'tocsin_issues',
    help: 'Issues in the store.',
    labels: ['state', 'severity'],
  });
  const pending = registry.gauge({
    name: 'tocsin_deliveries_pending',
    help: 'Incidents that a receiver does not show as they are.',
    labels: ['receiver'],
  });
  const oldest = registry.gauge({
    name: 'tocsin_delivery_oldest_seconds',
    help: 'For how long the oldest of them has not been shown.',
    labels: ['receiver'],
  });
  const refresh = async (): Promise<void> => {
    const [issueCounts, pendingCounts] = await Promise.all([store.countIssues(), store.countPending()]);
    for (const state of issueStates) {
      for (const severity of severities) {
        const count =
          issueCounts.find((row) => row.state === state && row.severity === severity)?.issues ?? 0;
        issues.set(issues.series([state, severity]), count);
      }
    }
    for (const receiver of receivers) {
      const row = pendingCounts.find((counted) => counted.receiver === receiver);
      pending.set(pending.series([receiver]), row?.pending ?? 0);
      const ageMillis = row === undefined ? 0 : Math.max(0, clock.now() - row.oldestSince);
      oldest.set(oldest.series([receiver]), ageMillis / 1000);
    }
  };
  return { refresh: () => refresh().catch(() => undefined) };
}
