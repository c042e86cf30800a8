import type { StatementSync } from 'node:sqlite';
import type { Database } from '../database.ts';

/** Of apps, in all; the one that was heard of first is forgotten first, since no row says whether it still runs. */
const mostVersions = 10_000;

/** What is kept of issues and apps over time, in small rows. */
export class History {
  private readonly deleteHours: StatementSync;
  private readonly deleteVersions: StatementSync;

  constructor(database: Database) {
    this.deleteHours = database.prepare(`
      DELETE FROM issue_hours WHERE (issue_id, hour) IN (
        SELECT issue_id, hour FROM issue_hours INDEXED BY issue_hours_by_hour WHERE hour < ? LIMIT ?)`);
    this.deleteVersions = database.prepare(`
      DELETE FROM versions WHERE (service, environment, version) IN (
        SELECT service, environment, version FROM versions INDEXED BY versions_by_age ORDER BY first_seen
        LIMIT max(0, min(?, (SELECT count(*) FROM versions) - ${mostVersions})))`);
  }

  /**
   * @param beforeHour since the Unix epoch
   * @returns how many rows went
   */
  forget(beforeHour: number, most: number): number {
    const hours = Number(this.deleteHours.run(beforeHour, most).changes);
    return hours > 0 ? hours : Number(this.deleteVersions.run(most).changes);
  }
}
