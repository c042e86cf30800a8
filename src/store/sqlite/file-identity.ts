import { renameSync, statSync } from 'node:fs';

/** Which files a path and its write-ahead log were when a database was opened: a name can come to mean another file, or none. */
export class FileIdentity {
  private readonly path: string;
  private readonly database: string | undefined;
  private readonly log: string | undefined;

  constructor(path: string) {
    this.path = path;
    this.database = identityOf(path);
    this.log = identityOf(`${path}-wal`);
  }

  /** What became of them; undefined if they are what they were. */
  change(): 'deleted' | 'exchanged' | undefined {
    const database = identityOf(this.path);
    if (database === undefined) return 'deleted';
    if (database !== this.database) return 'exchanged';
    return identityOf(`${this.path}-wal`) === this.log ? undefined : 'deleted';
  }

  /** SQLite deletes the log by its name when it closes; one that came with another database is not its own. */
  keepOthers(close: () => void): void {
    const log = `${this.path}-wal`;
    const found = identityOf(log);
    const isOthers = found !== undefined && found !== this.log;
    if (isOthers) renameSync(log, `${log}.kept`);
    close();
    if (isOthers) renameSync(`${log}.kept`, log);
  }
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}
