import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Issue } from '../../issues/issue.ts';
import { migrations } from './migrations.ts';
import { logPages, pageBytes } from './maintenance/plan.ts';
import { searchedText } from './searched-text.ts';

/** The store cannot be used as it is; the message says what a person can do. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
}

/** The file is no store that can be read, or a newer one; what is in it had better be kept. */
export class StoreDamaged extends StoreUnusable {
  readonly reason: 'corrupt' | 'newer';

  constructor(reason: StoreDamaged['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A database that is in memory and nowhere else, and what it may take of it. */
export const memoryPath = ':memory:';
export const memoryBytes = 2 ** 26;

/** A file of an earlier version, that cannot become smaller by itself, is made anew when it is opened, if that is done in no time. */
const mostMadeAnewBytes = 2 ** 24;
/** A file is read as a whole when it is opened, if that is done in no time: some milliseconds. */
const mostCheckedBytes = 2 ** 22;

/** How long another that writes to the file is waited for. */
const busyMillis = 2000;
/** https://www.sqlite.org/pragma.html#pragma_auto_vacuum */
export const incrementalVacuum = 2;

/**
 * One SQLite file, opened for a single writer. WAL with synchronous=NORMAL: a commit survives the death of the process, not
 * that of the machine, and costs no fsync.
 */
export class Database {
  private readonly db: DatabaseSync;

  /**
   * @param maxBytes that it is meant to have at the most
   * @throws StoreUnusable, StoreDamaged
   */
  constructor(path: string, maxBytes: number) {
    try {
      this.db = new DatabaseSync(path);
    } catch (error) {
      throw unusable(path, error);
    }
    try {
      const log = logPages({ maxBytes });
      // Free pages can be taken out of the file: to be said before anything is written to it.
      this.db.exec(`
        PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;
        PRAGMA busy_timeout = ${busyMillis}; PRAGMA wal_autocheckpoint = ${log}; PRAGMA journal_size_limit = ${log * pageBytes};`);
      if (path === memoryPath) this.db.exec(`PRAGMA max_page_count = ${memoryBytes / pageBytes}`);
      this.migrate(path);
      this.makeAnew();
    } catch (error) {
      this.db.close();
      throw error instanceof StoreUnusable ? error : unusable(path, error);
    }
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

  execute(sql: string): void {
    this.db.exec(sql);
  }

  /** Another that has the file is not waited for. */
  withoutWaiting<T>(work: () => T): T {
    this.db.exec('PRAGMA busy_timeout = 0');
    try {
      return work();
    } finally {
      this.db.exec(`PRAGMA busy_timeout = ${busyMillis}`);
    }
  }

  /** Writes everything to a file that is not there yet, whatever has become of its own. */
  copyTo(path: string): void {
    this.db.prepare('VACUUM INTO ?').run(path);
  }

  close(): void {
    if (this.db.isOpen) this.db.close();
  }

  private check(path: string): void {
    if (this.number('page_count') * pageBytes > mostCheckedBytes) return;
    const found = this.db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (found !== 'ok') throw new StoreDamaged('corrupt', `${path} is damaged: ${String(found)}`);
  }

  private makeAnew(): void {
    const isOurs = this.number('auto_vacuum') === incrementalVacuum;
    if (!isOurs && this.number('page_count') * pageBytes <= mostMadeAnewBytes)
      this.db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
  }

  private number(pragma: string): number {
    return Number(this.db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
  }

  private migrate(path: string): void {
    const done = this.number('user_version');
    if ((done === 0 || done > migrations.length) && this.isForeign()) {
      throw new StoreUnusable(
        `${path} is the database of something else: give Tocsin a file of its own (store.url)`,
      );
    }
    if (done > migrations.length) {
      throw new StoreDamaged(
        'newer',
        `${path} was written by a newer Tocsin (schema ${done}, this one knows ${migrations.length})`,
      );
    }
    this.check(path);
    // What a step needs that SQL cannot say.
    this.db.function('searched_text', (document) => searchedText(JSON.parse(String(document)) as Issue));
    // What refers to a table that a step makes anew is not to go with the old one: https://www.sqlite.org/lang_altertable.html
    this.db.exec('PRAGMA foreign_keys = OFF');
    for (let step = done; step < migrations.length; step++) {
      this.transaction(() => {
        this.db.exec(migrations[step]!);
        this.db.exec(`PRAGMA user_version = ${step + 1}`);
      });
    }
    this.db.exec('PRAGMA foreign_keys = ON');
  }

  private isForeign(): boolean {
    const tables = this.db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return tables.length > 0 && tables.every(({ name }) => name !== 'issues');
  }
}

/** https://www.sqlite.org/rescode.html */
const sqliteError = 1;
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

/** Whether SQLite found that what is in the file cannot be. */
export function isCorruption(error: unknown): boolean {
  const code = primaryCode(error);
  return code === sqliteCorrupt || code === sqliteNotADatabase;
}

/** Whether a statement of ours does not fit what is there. */
function lacksTables(error: unknown): boolean {
  return primaryCode(error) === sqliteError;
}

/** The result code without what extends it; undefined if the error is not SQLite's. */
export function primaryCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** What an error of SQLite's says of the file. */
export function unusable(path: string, error: unknown): StoreUnusable {
  const reason = error instanceof Error ? error.message : String(error);
  if (lacksTables(error))
    return new StoreDamaged('corrupt', `${path} does not have the tables of a store: ${reason}`);
  const message = `${path} cannot be opened as a database: ${reason}`;
  return isCorruption(error) ? new StoreDamaged('corrupt', message) : new StoreUnusable(message);
}
