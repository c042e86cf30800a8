import type { VersionHeard } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';
import { WorkLoop } from '../../runtime/work-loop.ts';
import type { Store } from '../../store/store.ts';

/** Versions that are known to be noted: far more than run beside one app. */
const mostKnown = 1024;
const hourMillis = 3_600_000;
const retryMillis = 1_000;

export interface VersionBookDependencies {
  clock: Clock;
  store: Pick<Store, 'noteVersions'>;
  /** Called when there may be one in the store that was not. */
  onNoted: () => void;
}

/** Notes when each version of an app was first heard of, by whatever telemetry: an issue can then say how long after a deployment it began. */
export class VersionBook extends WorkLoop {
  private readonly dependencies: VersionBookDependencies;
  private readonly known = new Set<string>();
  private waiting: VersionHeard[] = [];

  constructor(dependencies: VersionBookDependencies) {
    super('versions', dependencies.clock, () => this.noteOrTryAgain());
    this.dependencies = dependencies;
  }

  heard({ service, environment, version }: Omit<VersionHeard, 'at'>): void {
    if (version === '') return;
    const key = JSON.stringify([service, environment, version]);
    if (this.known.has(key)) return;
    if (this.known.size >= mostKnown) this.known.clear();
    this.known.add(key);
    // A sender that makes up versions does not fill the memory while the store does not answer.
    if (this.waiting.length >= mostKnown) return;
    this.waiting.push({ service, environment, version, at: this.dependencies.clock.now() });
    this.wake();
  }

  /** The store tells of its failures elsewhere. */
  private async noteOrTryAgain(): Promise<number> {
    const versions = this.waiting;
    this.waiting = [];
    if (versions.length === 0) return hourMillis;
    try {
      await this.dependencies.store.noteVersions(versions);
      this.dependencies.onNoted();
      return hourMillis;
    } catch {
      this.waiting = [...versions, ...this.waiting];
      return retryMillis;
    }
  }
}
