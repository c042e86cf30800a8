import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { migrations } from './migrations.ts';

/** The store cannot be used as it is; the message says what a person can do. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
}

/** A database that is in memory and nowhere else, and what it may take of it: 64 MiB. */
export const memoryPath = ':memory:';
const memoryPages = 16_384;

/**
 * One SQLite file, opened for a single writer. WAL with synchronous=NORMAL: a commit survives the death of the process, not
 * that of the machine, and costs no fsync.
 */
export class Database {
  private readonly db: DatabaseSync;

  /** @throws StoreUnusable */
  constructor(path: string) {
    try {
      this.db = new DatabaseSync(path);
      this.db.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000; PRAGMA wal_autocheckpoint = 4000;',
      );
      if (path === memoryPath) this.db.exec(`PRAGMA max_page_count = ${memoryPages}`);
    } catch (error) {
      throw new StoreUnusable(`${path} cannot be opened as a database: ${reasonOf(error)}`);
    }
    this.migrate(path);
  }

  prepare(sql: string): StatementSync {
    return this.db.prepare(sql);
  }

  /** Runs `work` so that all of it is stored or nothing. */
  transaction<T>(work: () => T): T {
    this.db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.db.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has rolled it back already.
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Writes a page and takes nothing for granted: what the system holds in memory would answer on a disk that is full. */
  probe(): void {
    this.transaction(() => {
      this.db.exec('DELETE FROM probe; INSERT INTO probe (content) VALUES (zeroblob(4096))');
      this.db.prepare('SELECT count(*) FROM probe').get();
    });
  }

  close(): void {
    this.db.close();
  }

  private migrate(path: string): void {
    const row = this.db.prepare('PRAGMA user_version').get();
    const done = Number(row?.['user_version']);
    if (done > migrations.length) {
      throw new StoreUnusable(
        `${path} was written by a newer Tocsin (schema ${done}, this one knows ${migrations.length}): run that version, or move the file away`,
      );
    }
    for (let step = done; step < migrations.length; step++) {
      this.transaction(() => {
        this.db.exec(migrations[step]!);
        this.db.exec(`PRAGMA user_version = ${step + 1}`);
      });
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
