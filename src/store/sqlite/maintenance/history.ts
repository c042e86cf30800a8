import type { StatementSync } from 'node:sqlite';
import type { Database } from '../database.ts';

/** Of apps, in all; the one that was heard of first is forgotten first, since no row says whether it still runs. */
const mostVersions = 10_000;

/** What is kept of issues and apps over time, in small rows. */
export class History {
  private readonly hasHours: StatementSync;
  private readonly deleteHours: StatementSync;
  private readonly countVersions: StatementSync;
  private readonly deleteVersions: StatementSync;

  constructor(database: Database) {
    this.hasHours = database.prepare('SELECT 1 FROM issue_hours WHERE hour < ? LIMIT 1');
    this.deleteHours = database.prepare(`
      DELETE FROM issue_hours WHERE (issue_id, hour) IN (
        SELECT issue_id, hour FROM issue_hours INDEXED BY issue_hours_by_hour WHERE hour < ? LIMIT ?)`);
    this.countVersions = database.prepare('SELECT count(*) AS versions FROM versions');
    this.deleteVersions = database.prepare(`
      DELETE FROM versions WHERE (service, environment, version) IN (
        SELECT service, environment, version FROM versions INDEXED BY versions_by_age ORDER BY first_seen LIMIT ?)`);
  }

  /**
   * @param beforeHour since the Unix epoch
   * @returns whether any row went
   */
  forget(beforeHour: number, most: number): boolean {
    // A statement that deletes nothing would wait for who else writes to the file.
    if (this.hasHours.get(beforeHour) !== undefined) {
      this.deleteHours.run(beforeHour, most);
      return true;
    }
    const tooMany = Number(this.countVersions.get()?.['versions']) - mostVersions;
    if (tooMany <= 0) return false;
    this.deleteVersions.run(Math.min(tooMany, most));
    return true;
  }
}
