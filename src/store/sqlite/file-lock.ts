import { DatabaseSync } from 'node:sqlite';

/** What the lock stands for belongs to another process. */
export class Locked extends Error {
  override readonly name = 'Locked';
}

/**
 * A lock on a file of its own that one process can hold. It ends with the process, however that ends. Node has no locks on files;
 * SQLite has them on every system, and takes one for a transaction.
 */
export class FileLock {
  /** Kept, since it is closed when nobody refers to it. */
  private readonly database: DatabaseSync;

  /** @throws Locked, or what the system says of a file that cannot be made */
  constructor(path: string) {
    this.database = new DatabaseSync(path);
    try {
      // Written to, though never for good: a file that can only be read would be locked for reading, by many.
      this.database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; CREATE TABLE held (x)');
    } catch (error) {
      this.database.close();
      const { errcode } = error as { errcode?: number };
      throw errcode === sqliteBusy ? new Locked(`${path} is locked`) : error;
    }
  }

  release(): void {
    if (this.database.isOpen) this.database.close();
  }
}

/** https://www.sqlite.org/rescode.html#busy */
const sqliteBusy = 5;
