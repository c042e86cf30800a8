import type {
  ComponentHealth,
  ErrorTrackingHealth,
  HealthAnswer,
  HealthStatus,
} from '../../admin/contract.ts';
import type { ErrorCounts } from '../../issues/issue-store.ts';
import type { ReceiverHealth } from '../../notify/dispatcher.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Store } from '../../store/store.ts';
import type { HealthLimits } from '../configuration/health-config.ts';
import { recentSeconds } from './recent.ts';

const ranks: readonly HealthStatus[] = ['healthy', 'degraded', 'unhealthy'];
const dayMillis = 86_400_000;

export interface HealthSources {
  clock: Clock;
  store: Pick<Store, 'errorCounts' | 'probe'>;
  /** Requests that were lately asked to be sent again. */
  turnedAway: () => number;
  /** Error events that could lately not be stored, in requests. */
  storeFailures: () => number;
  /** Why the store stays larger than it may be; undefined as long as it does not. */
  storeExcess: () => string | undefined;
  alertingIsFailing: () => boolean;
  receivers: () => readonly ReceiverHealth[];
  /** Undefined as long as nothing is forwarded. */
  forward?: (() => ComponentHealth) | undefined;
  limits: HealthLimits;
}

/**
 * How Tocsin is, and what it knows of the app; as bad as the worst part. Everybody may ask, as often as they like: whoever asks
 * while it is being found out is given the same answer.
 */
export class Health {
  private readonly sources: HealthSources;
  private finding: Promise<HealthAnswer> | undefined;

  constructor(sources: HealthSources) {
    this.sources = sources;
  }

  now(): Promise<HealthAnswer> {
    this.finding ??= this.find().finally(() => (this.finding = undefined));
    return this.finding;
  }

  /** Parts of Tocsin that are not well, as far as that is known without asking the store. */
  unwell(): { part: string; detail: string }[] {
    const parts = { intake: this.intake(), store: this.store(true, true), forward: this.sources.forward?.() };
    return Object.entries(parts).flatMap(([part, health]) =>
      health === undefined || health.status === 'healthy'
        ? []
        : [{ part, detail: health.detail ?? health.status }],
    );
  }

  private async find(): Promise<HealthAnswer> {
    const { clock, store, receivers, forward, limits } = this.sources;
    const [probe, counts] = await Promise.allSettled([
      store.probe(),
      store.errorCounts(clock.now() - dayMillis),
    ]);
    const components: HealthAnswer['components'] = {
      intake: this.intake(),
      store: this.store(probe.status === 'fulfilled', counts.status === 'fulfilled'),
      forward: forward?.() ?? { status: 'healthy', detail: 'not configured' },
      alerting: this.alerting(),
      receivers: receiversHealth(receivers()),
      error_tracking: errorTracking(counts.status === 'fulfilled' ? counts.value : undefined, limits),
    };
    const worst = Math.max(...Object.values(components).map(({ status }) => ranks.indexOf(status)));
    return { status: ranks[worst] ?? 'unhealthy', components };
  }

  private intake(): ComponentHealth {
    const count = this.sources.turnedAway();
    if (count === 0) return { status: 'healthy' };
    return {
      status: 'degraded',
      detail: `${count} requests were answered 503 in the last ${recentSeconds} s; senders are to send them again`,
    };
  }

  /** Without its store Tocsin takes no failure in, and so tells of none. */
  private store(canWrite: boolean, canRead: boolean): ComponentHealth {
    if (!canRead) return { status: 'unhealthy', detail: 'the store cannot be read' };
    // A small write may find room where a large one does not.
    if (!canWrite || this.sources.storeFailures() > 0) {
      return {
        status: 'unhealthy',
        detail: 'the store cannot be written: is the disk full? The log says why',
      };
    }
    const detail = this.sources.storeExcess();
    return detail === undefined ? { status: 'healthy' } : { status: 'degraded', detail };
  }

  private alerting(): ComponentHealth {
    return this.sources.alertingIsFailing()
      ? { status: 'unhealthy', detail: 'alerts cannot be evaluated; the log says why' }
      : { status: 'healthy' };
  }
}

function receiversHealth(receivers: readonly ReceiverHealth[]): HealthAnswer['components']['receivers'] {
  const each = receivers.map(({ receiver: name, problem }) => ({ name, problem: problem ?? null }));
  const failing = each.filter(({ problem }) => problem !== null);
  const detail =
    each.length === 0
      ? 'nobody is told of failures: no receiver is configured'
      : failing.map(({ name, problem }) => `${name}: ${problem}`).join('; ');
  return {
    status: failing.length > 0 ? 'degraded' : 'healthy',
    ...(detail && { detail }),
    receivers: each,
  };
}

function errorTracking(counts: ErrorCounts | undefined, limits: HealthLimits): ErrorTrackingHealth {
  if (counts === undefined) {
    const unknown = { total_errors: null, unresolved_errors: null, recent_24h: null, critical_errors: null };
    return { status: 'degraded', detail: 'not known: the store cannot be read', ...unknown };
  }
  const { total, unresolved, recent, critical } = counts;
  const tooMany = [
    ...(critical > limits.critical ? [`critical issues not resolved: ${critical}`] : []),
    ...(unresolved > limits.unresolved ? [`issues not resolved: ${unresolved}`] : []),
    ...(recent > limits.recent_24h ? [`issues seen in 24 hours: ${recent}`] : []),
  ];
  return {
    status: tooMany.length > 0 ? 'degraded' : 'healthy',
    ...(tooMany.length > 0 && { detail: tooMany.join('; ') }),
    total_errors: total,
    unresolved_errors: unresolved,
    recent_24h: recent,
    critical_errors: critical,
  };
}
