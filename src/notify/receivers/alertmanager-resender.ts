import type { CancelTimer, Clock } from '../../runtime/clock.ts';
import { isoTime } from '../../runtime/iso-time.ts';
import type { PostableAlert } from './alertmanager-alert.ts';

const everyMillis = 60_000;
/** An end is told again for so long, for who missed it (docs/alerts_api.md of Alertmanager). */
const endedMillis = 5 * 60_000;
/** Beyond it the oldest are not sent again, and lapse by themselves. */
const mostAlerts = 10_000;
const batchSize = 200;

interface Kept {
  alert: PostableAlert;
  /** By the monotonic clock; undefined = as long as it fires. */
  until: number | undefined;
}

/**
 * Sends alerts again every minute, as Prometheus does, since an Alertmanager keeps them in memory only: one that was restarted, or did
 * not answer when the others of its cluster did, knows them a minute later. What Tocsin itself forgets by a restart lapses, or is told
 * again with the next change.
 */
export class AlertmanagerResender {
  private readonly clock: Clock;
  private readonly lapsesMillis: number;
  private readonly send: (alerts: readonly PostableAlert[]) => Promise<unknown>;
  private readonly kept = new Map<string, Kept>();
  private cancelTimer: CancelTimer | undefined;

  /** @param send never throws */
  constructor(
    clock: Clock,
    lapsesMillis: number,
    send: (alerts: readonly PostableAlert[]) => Promise<unknown>,
  ) {
    this.clock = clock;
    this.lapsesMillis = lapsesMillis;
    this.send = send;
  }

  /** @param key of the incident that it is about */
  keep(key: string, alert: PostableAlert, hasEnded: boolean): void {
    const until = hasEnded ? this.clock.monotonic() + endedMillis : undefined;
    this.kept.delete(key);
    this.kept.set(key, { alert, until });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= mostAlerts) break;
      this.kept.delete(oldest);
    }
    this.schedule();
  }

  forget(key: string): void {
    this.kept.delete(key);
  }

  close(): void {
    this.kept.clear();
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  private schedule(): void {
    if (this.cancelTimer !== undefined || this.kept.size === 0) return;
    const cancel = this.clock.after(everyMillis, () => {
      void this.sendAll().finally(() => {
        if (this.cancelTimer === cancel) this.cancelTimer = undefined;
        this.schedule();
      });
    });
    this.cancelTimer = cancel;
  }

  private async sendAll(): Promise<void> {
    const now = this.clock.monotonic();
    for (const [key, { until }] of this.kept) if (until !== undefined && until < now) this.kept.delete(key);
    const keys = [...this.kept.keys()];
    for (let i = 0; i < keys.length; i += batchSize) {
      // As it is by now: what ended meanwhile must not seem to fire again.
      const batch = keys.slice(i, i + batchSize).flatMap((key) => this.kept.get(key) ?? []);
      if (batch.length === 0) return;
      const endsAt = isoTime(this.clock.now() + this.lapsesMillis);
      await this.send(batch.map(({ alert, until }) => (until === undefined ? { ...alert, endsAt } : alert)));
    }
  }
}
