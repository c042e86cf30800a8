import type { Clock } from '../../runtime/clock.ts';
import { WorkLoop } from '../../runtime/work-loop.ts';
import type { MaintenanceReport } from '../../store/retention.ts';
import type { Store } from '../../store/store.ts';
import type { StoreEvents } from '../../telemetry/store-events.ts';

/** How often it is looked whether there is something to do; and as long as something is stored, so that there is never much. */
const lookMillis = 2_000;
const lookAgainMillis = 100;
const retryMillis = 10_000;
/** After a step it rests for so many times as long as that took: the store belongs to those who store something. */
const restTimes = 10;
const mostRestMillis = 200;

export interface RetentionLoopDependencies {
  clock: Clock;
  store: Pick<Store, 'maintain'>;
  events: StoreEvents;
}

/** Has the store kept within its bounds, one short step at a time. */
export class RetentionLoop extends WorkLoop {
  private readonly dependencies: RetentionLoopDependencies;
  /** What was the time when the monotonic clock began. */
  private readonly epoch: number;

  constructor(dependencies: RetentionLoopDependencies) {
    super('retention', dependencies.clock, () => this.step());
    this.dependencies = dependencies;
    this.epoch = dependencies.clock.now() - dependencies.clock.monotonic();
  }

  private async step(): Promise<number> {
    const { clock, store, events } = this.dependencies;
    try {
      // Somebody who sets the clock a year forward must not make everything too old.
      const now = Math.min(clock.now(), this.epoch + clock.monotonic());
      const report = await store.maintain(now);
      events.maintained(report, clock.monotonic());
      return restMillis(report);
    } catch (error) {
      events.maintenanceFailed(error);
      return retryMillis;
    }
  }
}

function restMillis({ hasMore, tookMillis, storingShare, pressure }: MaintenanceReport): number {
  if (!hasMore) return storingShare > 0 ? lookAgainMillis : lookMillis;
  // As much of the time as goes into storing: half of it, if nothing else is done; and more where that is not enough.
  const times = pressure < 1 ? restTimes : Math.min((1 - storingShare) / storingShare / pressure, restTimes);
  return Math.min(tookMillis * times, mostRestMillis);
}
