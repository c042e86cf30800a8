import type { StatementSync } from 'node:sqlite';
import type { Database } from '../database.ts';

/** Alerts of what held for a while that are over, in all: where age alone makes nothing go, their number still is bounded. */
const mostPast = 10_000;

/** Each may have 200 entries in its timeline. */
const rowsOfEach = 8;

/** Alerts that are about no issue go by themselves: no issue takes them along. Those that fire stay. */
export class PastConditions {
  private readonly database: Database;
  private readonly selectOld: StatementSync;
  private readonly countAll: StatementSync;
  private readonly deleteOne: readonly StatementSync[];

  constructor(database: Database) {
    this.database = database;
    const past = `FROM incidents INDEXED BY incidents_over WHERE issue_id IS NULL AND state = 'ended'`;
    this.selectOld = database.prepare(
      `SELECT key ${past} AND last_heard_at < ? ORDER BY last_heard_at LIMIT ?`,
    );
    this.countAll = database.prepare(`SELECT count(*) AS count ${past}`);
    this.deleteOne = [
      'DELETE FROM deliveries WHERE incident_key = ?',
      'DELETE FROM timelines WHERE incident_key = ?',
      'DELETE FROM incidents WHERE key = ?',
    ].map((sql) => database.prepare(sql));
  }

  /**
   * @param before milliseconds since the Unix epoch: what was last heard of earlier; undefined = age alone makes none go
   * @param rows to be deleted at the most, about
   * @returns whether any went
   */
  forget(before: number | undefined, rows: number): boolean {
    const most = Math.ceil(rows / rowsOfEach);
    const tooMany = Number(this.countAll.get()?.['count']) - mostPast;
    const old = before === undefined ? [] : this.selectOld.all(before, most);
    const going =
      old.length === 0 && tooMany > 0
        ? this.selectOld.all(Number.MAX_SAFE_INTEGER, Math.min(tooMany, most))
        : old;
    // A transaction that deletes nothing would wait for who else writes to the file.
    if (going.length === 0) return false;
    this.database.transaction(() => {
      for (const { key } of going) for (const statement of this.deleteOne) statement.run(String(key));
    });
    return true;
  }
}
