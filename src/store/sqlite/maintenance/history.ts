import type { StatementSync } from 'node:sqlite';
import type { Database } from '../database.ts';
import type { SharedTables } from '../shared-tables.ts';

/** `GET /api/trends`: 92 days, and those that are running. */
const daysOfTrends = 96;

/** Of apps, in all; the one that was heard of first is forgotten first, since no row says whether it still runs. */
const mostVersions = 10_000;

/** What is kept of issues and apps over time, in small rows. */
export class History {
  private readonly tables: Pick<SharedTables, 'operations'>;
  private readonly hasHours: StatementSync;
  private readonly deleteHours: StatementSync;
  private readonly hasOperations: StatementSync;
  private readonly deleteOperations: StatementSync;
  private readonly countVersions: StatementSync;
  private readonly deleteVersions: StatementSync;

  constructor(database: Database, tables: Pick<SharedTables, 'operations'>) {
    this.tables = tables;
    this.hasHours = database.prepare('SELECT 1 FROM issue_hours WHERE hour < ? OR hour > ? LIMIT 1');
    this.deleteHours = database.prepare(`
      DELETE FROM issue_hours WHERE (issue_id, hour) IN (
        SELECT issue_id, hour FROM issue_hours INDEXED BY issue_hours_by_hour WHERE hour < ? UNION ALL
        SELECT issue_id, hour FROM issue_hours INDEXED BY issue_hours_by_hour WHERE hour > ? LIMIT ?)`);
    const passed = '(hours = 1 AND start < ?1 OR start > ?2 OR start < ?3)';
    this.hasOperations = database.prepare(`SELECT 1 FROM operation_counts WHERE ${passed} LIMIT 1`);
    this.deleteOperations = database.prepare(`
      DELETE FROM operation_counts WHERE (hours, start) IN (
        SELECT hours, start FROM operation_counts WHERE ${passed} LIMIT ?4)`);
    this.countVersions = database.prepare('SELECT count(*) AS versions FROM versions');
    this.deleteVersions = database.prepare(`
      DELETE FROM versions WHERE (service, environment, version) IN (
        SELECT service, environment, version FROM versions INDEXED BY versions_by_age ORDER BY first_seen LIMIT ?)`);
  }

  /**
   * @param kept hours since the Unix epoch: what was before them, or is after
   * @returns whether any row went
   */
  forget({ before, after }: { before: number; after: number }, most: number): boolean {
    // A statement that deletes nothing would wait for who else writes to the file.
    if (this.hasHours.get(before, after) !== undefined) {
      this.deleteHours.run(before, after, most);
      return true;
    }
    if (this.forgetOperations(before, after, most)) return true;
    const tooMany = Number(this.countVersions.get()?.['versions']) - mostVersions;
    if (tooMany <= 0) return false;
    this.deleteVersions.run(Math.min(tooMany, most));
    return true;
  }

  /** Days are kept for as long as trends can be asked for. */
  private forgetOperations(before: number, after: number, most: number): boolean {
    const days = Math.min(before, after - daysOfTrends * 24);
    if (this.hasOperations.get(before, after, days) === undefined) return false;
    this.deleteOperations.run(before, after, days, most);
    this.tables.operations.forget();
    return true;
  }
}
