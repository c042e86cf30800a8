import { statSync } from 'node:fs';
import type { StatementSync } from 'node:sqlite';
import { type Database, incrementalVacuum, memoryPath } from '../database.ts';
import { pageBytes, type Space } from './plan.ts';

/** The log has a header for each of its pages. */
const logFrameBytes = pageBytes + 24;

/** The database as pages in files. */
export class Files {
  /** Whether free pages can be taken out of the file: not out of one that an earlier version made. */
  readonly canShrink: boolean;
  private readonly path: string;
  private readonly database: Database;
  private readonly selectPages: StatementSync;
  private readonly selectFree: StatementSync;
  private readonly selectPending: StatementSync;

  constructor(path: string, database: Database) {
    this.path = path;
    this.database = database;
    this.selectPages = database.prepare('PRAGMA page_count');
    this.selectFree = database.prepare('PRAGMA freelist_count');
    // Looks, and does nothing.
    this.selectPending = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.canShrink =
      Number(database.prepare('PRAGMA auto_vacuum').get()?.['auto_vacuum']) === incrementalVacuum;
  }

  measure(): Space {
    const pages = Number(this.selectPages.get()?.['page_count']) * pageBytes;
    const free = this.freeBytes();
    if (this.path === memoryPath) return { pages, free, file: pages, log: 0, pending: 0 };
    const { log = 0, checkpointed = 0 } = this.selectPending.get() ?? {};
    return {
      pages,
      free,
      file: sizeOf(this.path),
      log: sizeOf(`${this.path}-wal`),
      pending: (Number(log) - Number(checkpointed)) * logFrameBytes,
    };
  }

  /** Of the pages that are free; also within a transaction. */
  freeBytes(): number {
    return Number(this.selectFree.get()?.['freelist_count']) * pageBytes;
  }

  /** Moves what is at the end of the file into free pages. */
  shrink(pages: number): void {
    this.database.execute(`PRAGMA incremental_vacuum(${pages})`);
  }

  /**
   * Writes the log into the database, as far as nobody reads in it.
   * @param mode `TRUNCATE` to make its file empty as well
   */
  checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): void {
    this.database.execute(`PRAGMA wal_checkpoint(${mode})`);
  }
}

/** One that somebody deleted is looked after elsewhere. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
