import type { StatementSync } from 'node:sqlite';
import type { TaskRecord } from '../../derive/tasks/task-record.ts';
import type { Database } from './database.ts';

/** What is known of jobs and tasks over all processes, one row each. */
export class TaskTable {
  private readonly database: Database;
  private readonly select: StatementSync;
  private readonly write: StatementSync;
  private readonly prune: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.select = database.prepare('SELECT document FROM tasks ORDER BY last_run DESC LIMIT ?');
    this.write = database.prepare(
      'INSERT OR REPLACE INTO tasks (service, kind, name, last_run, document) VALUES (?, ?, ?, ?, ?)',
    );
    this.prune = database.prepare(
      'DELETE FROM tasks WHERE last_run < (SELECT last_run FROM tasks ORDER BY last_run DESC LIMIT 1 OFFSET ?)',
    );
  }

  readTasks(most: number): readonly TaskRecord[] {
    return this.select.all(most).map((row) => JSON.parse(String(row['document'])) as TaskRecord);
  }

  keepTasks(records: readonly TaskRecord[], most: number): void {
    this.database.transaction(() => {
      for (const record of records) {
        const { service, kind, name, lastRunAt } = record;
        this.write.run(service, kind, name, Math.round(lastRunAt), JSON.stringify(record));
      }
      this.prune.run(most - 1);
    });
  }
}
