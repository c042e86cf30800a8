import type { StatementSync } from 'node:sqlite';
import { DistinctCount } from '../../issues/distinct-count.ts';
import type { Database } from './database.ts';
import type { UserKey } from './user-key.ts';

/** Of whom an issue has how many different ones. */
export type Distinct = 'users' | 'pods';

/** Counts that are known without a look into the table. */
const mostKnown = 512;

/** How many different users and pods each issue was seen with. */
export class DistinctTable {
  private readonly key: UserKey;
  private readonly select: StatementSync;
  private readonly upsert: StatementSync;
  private readonly known = new Map<string, DistinctCount>();

  /** Sketches of users that were made with another key, or with none, are begun anew: nobody can be told to be among them again. */
  constructor(database: Database, key: UserKey) {
    this.key = key;
    if (database.prepare('SELECT digest FROM user_key').get()?.['digest'] !== key.digest)
      beginAnew(database, key);
    this.select = database.prepare('SELECT sketch FROM issue_distinct WHERE issue_id = ? AND kind = ?');
    this.upsert = database.prepare(`
      INSERT INTO issue_distinct (issue_id, kind, sketch) VALUES (?, ?, ?)
      ON CONFLICT (issue_id, kind) DO UPDATE SET sketch = excluded.sketch`);
  }

  /** @returns how many there are now; undefined if nothing has changed */
  add(issueId: string, kind: Distinct, hashes: readonly number[]): number | undefined {
    if (hashes.length === 0) return undefined;
    const count = this.find(issueId, kind);
    let isChanged = false;
    for (const hash of hashes)
      if (count.add(kind === 'users' ? this.key.hashed(hash) : hash)) isChanged = true;
    if (!isChanged) return undefined;
    this.upsert.run(issueId, kind, count.bytes);
    return count.estimate;
  }

  /** To be called when the issue is deleted. */
  forgetOne(issueId: string): void {
    for (const kind of ['users', 'pods']) this.known.delete(`${issueId} ${kind}`);
  }

  /** To be called if the transaction fails. */
  forget(): void {
    this.known.clear();
  }

  private find(issueId: string, kind: Distinct): DistinctCount {
    const key = `${issueId} ${kind}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const sketch = this.select.get(issueId, kind)?.['sketch'];
    const count = sketch instanceof Uint8Array ? DistinctCount.from(sketch) : new DistinctCount();
    if (this.known.size >= mostKnown) this.known.clear();
    this.known.set(key, count);
    return count;
  }
}

function beginAnew(database: Database, { digest }: UserKey): void {
  // Or they would still be in the pages that are free then.
  database.execute('PRAGMA secure_delete = ON');
  database.transaction(() => {
    database.execute("DELETE FROM issue_distinct WHERE kind = 'users'; DELETE FROM user_key");
    database.prepare('INSERT INTO user_key (digest) VALUES (?)').run(digest);
  });
  database.execute('PRAGMA secure_delete = OFF');
}
