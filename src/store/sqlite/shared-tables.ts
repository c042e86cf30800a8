import { CountedTable } from './counted-table.ts';
import type { Database } from './database.ts';
import { DistinctTable } from './distinct-table.ts';
import { HourTable } from './hour-table.ts';
import { StackTable } from './stack-table.ts';
import { VersionTable } from './version-table.ts';

/** In a storm 15 MB on disk, and 8 in memory. */
const leastCounted = 125_000;

/** The tables that remember what is in them, for all who write or delete events. */
export class SharedTables {
  readonly stacks: StackTable;
  readonly counted: CountedTable;
  readonly versions: VersionTable;
  readonly hours: HourTable;
  readonly distinct: DistinctTable;
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
    this.stacks = new StackTable(database);
    this.counted = new CountedTable(database, leastCounted);
    this.versions = new VersionTable(database);
    this.hours = new HourTable(database);
    this.distinct = new DistinctTable(database);
  }

  /** Runs `work` so that all of it is stored or nothing; in that case nothing of it is remembered either. */
  transaction<T>(work: () => T): T {
    try {
      return this.database.transaction(work);
    } catch (error) {
      this.stacks.forget();
      this.counted.forget();
      this.versions.forget();
      this.hours.forget();
      this.distinct.forget();
      throw error;
    }
  }
}
