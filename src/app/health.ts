import type { ComponentHealth, HealthAnswer, HealthStatus } from '../admin/contract.ts';
import type { IssueStore } from '../issues/issue-store.ts';
import type { ReceiverHealth } from '../notify/dispatcher.ts';

const ranks: readonly HealthStatus[] = ['healthy', 'degraded', 'unhealthy'];

export interface HealthSources {
  store: Pick<IssueStore, 'countIssues'>;
  receivers: () => readonly ReceiverHealth[];
}

/** How Tocsin itself is; as bad as the worst of its parts. */
export async function health({ store, receivers }: HealthSources): Promise<HealthAnswer> {
  const components: Record<string, ComponentHealth> = {
    intake: { status: 'healthy' },
    store: await storeHealth(store),
    receivers: receiversHealth(receivers()),
  };
  const worst = Math.max(...Object.values(components).map(({ status }) => ranks.indexOf(status)));
  return { status: ranks[worst] ?? 'unhealthy', components };
}

async function storeHealth(store: Pick<IssueStore, 'countIssues'>): Promise<ComponentHealth> {
  try {
    await store.countIssues();
    return { status: 'healthy' };
  } catch {
    // Without its store Tocsin takes no failure in, and so tells of none.
    return { status: 'unhealthy', detail: 'the store does not answer' };
  }
}

function receiversHealth(receivers: readonly ReceiverHealth[]): ComponentHealth {
  const failing = receivers.filter(({ problem }) => problem !== undefined);
  if (failing.length === 0) return { status: 'healthy' };
  return {
    status: 'degraded',
    detail: failing.map(({ receiver, problem }) => `${receiver}: ${problem}`).join('; '),
  };
}
