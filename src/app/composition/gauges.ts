import { alertNames } from '../../alerting/labels.ts';
import { severities } from '../../errors/error-event.ts';
import { issueStates } from '../../issues/issue.ts';
import type { MetricRegistry } from '../../metrics/registry.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Store } from '../../store/store.ts';

export interface StoreGauges {
  /** Asks the store how many there are of everything; called before each exposition. */
  refresh(): Promise<void>;
}

/** A store that takes longer to answer is not waited for: Prometheus gives a scrape 10 seconds. */
const patienceMillis = 1_000;

/** Whoever posts alerts may name them as they like. */
const mostAlertNames = 200;

type CountingStore = Pick<Store, 'countIssues' | 'countFiring' | 'countPending'>;

/** Gauges of what is in the store. A store that does not answer leaves the last values: its health says that it is ill. */
export function storeGauges(
  registry: MetricRegistry,
  store: CountingStore,
  receivers: readonly string[],
  clock: Clock,
): StoreGauges {
  const counts = [
    issueGauge(registry, store),
    alertGauge(registry, store),
    deliveryGauges(registry, store, receivers, clock),
  ];
  let asking: Promise<unknown> | undefined;
  return {
    refresh: async () => {
      asking ??= Promise.allSettled(counts.map((count) => count())).then(() => {
        asking = undefined;
      });
      let stopWaiting = (): unknown => undefined;
      const patience = new Promise<void>((resolve) => {
        stopWaiting = clock.after(patienceMillis, resolve);
      });
      await Promise.race([asking, patience]);
      stopWaiting();
    },
  };
}

type Count = () => Promise<void>;

function issueGauge(registry: MetricRegistry, store: CountingStore): Count {
  const issues = registry.gauge({
    name: 'tocsin_issues',
    help: 'Issues in the store.',
    labels: ['state', 'severity'],
  });
  return async () => {
    const counts = await store.countIssues();
    for (const state of issueStates) {
      for (const severity of severities) {
        const row = counts.find((counted) => counted.state === state && counted.severity === severity);
        issues.set(issues.series([state, severity]), row?.issues ?? 0);
      }
    }
  };
}

function alertGauge(registry: MetricRegistry, store: CountingStore): Count {
  const alerts = registry.gauge({
    name: 'tocsin_alerts',
    help: 'Incidents that go on, by the rule that told of them.',
    labels: ['alertname', 'state'],
  });
  const shown = new Set<string>(alertNames);
  return async () => {
    const counts = await store.countFiring();
    for (const { alertname } of counts) if (shown.size < mostAlertNames) shown.add(alertname);
    let others = 0;
    for (const { alertname, incidents } of counts) if (!shown.has(alertname)) others += incidents;
    for (const alertname of shown) {
      const row = counts.find((counted) => counted.alertname === alertname);
      alerts.set(alerts.series([alertname, 'firing']), row?.incidents ?? 0);
    }
    if (shown.size >= mostAlertNames) alerts.set(alerts.series(['(other)', 'firing']), others);
  };
}

function deliveryGauges(
  registry: MetricRegistry,
  store: CountingStore,
  receivers: readonly string[],
  clock: Clock,
): Count {
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
  return async () => {
    const counts = await store.countPending();
    for (const receiver of receivers) {
      const row = counts.find((counted) => counted.receiver === receiver);
      pending.set(pending.series([receiver]), row?.pending ?? 0);
      const ageMillis = row === undefined ? 0 : Math.max(0, clock.now() - row.oldestSince);
      oldest.set(oldest.series([receiver]), ageMillis / 1000);
    }
  };
}
