import type { Clock } from '../../runtime/clock.ts';
import { WorkLoop } from '../../runtime/work-loop.ts';
import type { Events } from '../../telemetry/events.ts';
import type { Journal, LeftBody } from './journal.ts';

/** A store that does not take what was left is asked again after this. */
const retryMillis = 1_000;
/** There is nothing more to do. */
const restMillis = 3_600_000;

export interface ReplayDependencies {
  clock: Clock;
  events: Events;
  journal: Pick<Journal, 'takeLeft'>;
  /** @throws StoreUnavailable to be asked again; anything else means that it can never be taken */
  take: (left: LeftBody) => Promise<void>;
}

/** Takes again what was not done when the last process ended, before anything new comes in if that is possible. */
export class JournalReplay extends WorkLoop {
  private readonly dependencies: ReplayDependencies;
  private left: LeftBody[] = [];
  private taken = 0;

  constructor(dependencies: ReplayDependencies) {
    super('journal replay', dependencies.clock, () => this.work());
    this.dependencies = dependencies;
  }

  override async start(): Promise<void> {
    this.left = this.dependencies.journal.takeLeft();
    if (this.left.length === 0) return;
    await super.start();
    await this.roundUnderWay();
  }

  private async work(): Promise<number> {
    const { events, take } = this.dependencies;
    while (!this.isStopping) {
      const [next] = this.left;
      if (next === undefined) {
        events.journal.replayed(this.taken);
        return restMillis;
      }
      try {
        await take(next);
        this.taken++;
      } catch (error) {
        if ((error as Error).name === 'StoreUnavailable') return retryMillis;
        events.journal.bodyLost(error);
        next.done();
      }
      this.left.shift();
    }
    return restMillis;
  }
}
