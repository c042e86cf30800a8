import { mostTasks, type TaskBook } from '../../derive/tasks/task-book.ts';
import type { TaskRecord } from '../../derive/tasks/task-record.ts';
import type { Clock } from '../../runtime/clock.ts';
import { WorkLoop } from '../../runtime/work-loop.ts';
import type { Store } from '../../store/store.ts';

/** Runs that a process has counted since then are not known any more when it is killed. */
const keepMillis = 5_000;
/** Records that are written in one transaction: a millisecond of the store's thread, or two. */
const mostTogether = 100;

export interface TaskKeeperDependencies {
  clock: Clock;
  store: Pick<Store, 'readTasks' | 'keepTasks'>;
  book: TaskBook;
}

/** Keeps what is known of jobs and tasks over restarts: a nightly job has not run again when somebody asks how it went. */
export class TaskKeeper extends WorkLoop {
  private readonly dependencies: TaskKeeperDependencies;
  private isRestored = false;

  constructor(dependencies: TaskKeeperDependencies) {
    super('tasks', dependencies.clock, () => this.keepOrTryAgain());
    this.dependencies = dependencies;
  }

  /** Reads before anything is counted; a store that cannot be read is asked again later. */
  override async start(): Promise<void> {
    await this.keepOrTryAgain();
    await super.start();
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.keepOrTryAgain();
  }

  /** The store tells of its failures elsewhere: its next round does what this one could not. */
  private async keepOrTryAgain(): Promise<number> {
    await this.keep().catch(() => undefined);
    return keepMillis;
  }

  private async keep(): Promise<void> {
    const { store, book } = this.dependencies;
    if (!this.isRestored) {
      book.restore(await store.readTasks(mostTasks));
      this.isRestored = true;
    }
    const changed = book.takeChanged();
    for (let start = 0; start < changed.length; start += mostTogether) {
      const group: readonly TaskRecord[] = changed.slice(start, start + mostTogether);
      try {
        await store.keepTasks(group, mostTasks);
      } catch (error) {
        book.putBack(changed.slice(start));
        throw error;
      }
    }
  }
}
