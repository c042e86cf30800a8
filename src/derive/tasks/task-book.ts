import { addEarlier, addRun, type EndedRun, newRecord, type TaskRecord } from './task-record.ts';

/** Jobs and tasks that are known: an app has a few dozen. Of more, those that have not run for the longest time are forgotten. */
export const mostTasks = 500;

/** Where it is kept over restarts. */
export interface TaskStore {
  /** At most so many, those that ran last. */
  readTasks(most: number): Promise<readonly TaskRecord[]>;
  /** Writes these over what was kept of them, and forgets those that ran before the last so many. */
  keepTasks(records: readonly TaskRecord[], most: number): Promise<void>;
}

/** What is known of each job and task. */
export class TaskBook {
  /** The one that ran last at the end. */
  private readonly records = new Map<string, TaskRecord>();
  private readonly changed = new Set<string>();

  /** @returns the record with the run in it: the same object for the same task for as long as it is known */
  add(task: Pick<TaskRecord, 'service' | 'kind' | 'name'>, run: EndedRun): TaskRecord {
    const key = keyOf(task);
    const record = this.records.get(key) ?? newRecord(task);
    addRun(record, run);
    this.records.delete(key);
    this.records.set(key, record);
    this.changed.add(key);
    if (this.records.size > mostTasks) this.forget(this.records.keys().next().value!);
    return record;
  }

  /** Takes in what earlier processes knew; to be called once. */
  restore(earlier: readonly TaskRecord[]): void {
    const ours = [...this.records];
    this.records.clear();
    for (const record of earlier.toSorted((a, b) => a.lastRunAt - b.lastRunAt))
      this.records.set(keyOf(record), record);
    for (const [key, record] of ours) {
      const before = this.records.get(key);
      if (before !== undefined) addEarlier(record, before);
      this.records.delete(key);
      this.records.set(key, record);
    }
    for (const key of [...this.records.keys()].slice(0, -mostTasks)) this.forget(key);
  }

  /** Those that have changed since this was last asked. */
  takeChanged(): TaskRecord[] {
    const taken = [...this.changed].map((key) => this.records.get(key)!);
    this.changed.clear();
    return taken;
  }

  /** What was taken could not be kept after all. */
  putBack(records: readonly TaskRecord[]): void {
    for (const key of records.map(keyOf)) if (this.records.has(key)) this.changed.add(key);
  }

  /** The one that ran last at the end. */
  get all(): readonly TaskRecord[] {
    return [...this.records.values()];
  }

  private forget(key: string): void {
    this.records.delete(key);
    this.changed.delete(key);
  }
}

/** With a length, so that no two tasks have the same key whatever characters are in their names. */
function keyOf({ service, kind, name }: Pick<TaskRecord, 'service' | 'kind' | 'name'>): string {
  return `${kind} ${service.length}:${service}${name}`;
}
