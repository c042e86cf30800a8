import type { AlertStore } from '../../alerting/alert-store.ts';
import type { PostedAlert } from '../../alerting/posted/posted-alert.ts';
import type { ConditionIncident } from '../../alerting/incident.ts';
import { receivePosted, type StandingAlerts, standingPosted } from '../../alerting/posted/receive-posted.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ConditionChange } from './condition-watch.ts';
import { firingConditions } from './in-pages.ts';

export interface PostedAlertsDependencies {
  clock: Clock;
  store: Pick<AlertStore, 'firingConditions'>;
  redact: (text: string) => string;
}

interface Waiting {
  alerts: readonly PostedAlert[];
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** Alerts that others post, and when they are over. */
export class PostedAlerts {
  private readonly dependencies: PostedAlertsDependencies;
  private standing: StandingAlerts | undefined;
  /** When the first of them is over; infinite if there is none. */
  private nextEnd = Number.POSITIVE_INFINITY;
  private waiting: Waiting[] = [];

  constructor(dependencies: PostedAlertsDependencies) {
    this.dependencies = dependencies;
  }

  /** Settled when they are stored; to be looked at next. */
  take(alerts: readonly PostedAlert[]): Promise<void> {
    return new Promise((resolve, reject) => this.waiting.push({ alerts, resolve, reject }));
  }

  /** What was told may be gone. */
  doubt(): void {
    this.standing = undefined;
  }

  /** Until one of them is over, unless it is posted again. */
  restMillis(): number {
    return Math.max(1, this.nextEnd - this.dependencies.clock.now());
  }

  async look(commit: (changes: readonly ConditionChange[], at: number) => Promise<void>): Promise<void> {
    const { clock, redact } = this.dependencies;
    // It is asked with every step of alerting.
    if (this.waiting.length === 0 && this.standing !== undefined && this.nextEnd > clock.now()) return;
    const waiting = this.waiting.splice(0);
    try {
      const now = clock.now();
      const before = (this.standing ??= await this.remember(now));
      const alerts = waiting.flatMap((each) => each.alerts);
      const { standing, incidents } = receivePosted(alerts, before, now, redact);
      const known = new Map([...before.values()].map(({ incident }) => [incident.key, incident]));
      const changes = incidents.map((after) => ({ before: known.get(after.key), after }));
      if (changes.length > 0) await commit(changes, now);
      this.standing = standing;
      this.nextEnd = Math.min(...[...standing.values()].map(({ endsAt }) => endsAt));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
      throw error;
    }
    for (const { resolve } of waiting) resolve();
  }

  private async remember(now: number): Promise<StandingAlerts> {
    const posted: ConditionIncident[] = [];
    for await (const incident of firingConditions(this.dependencies.store))
      if (incident.condition.isPosted === true) posted.push(incident);
    return standingPosted(posted, now);
  }
}
