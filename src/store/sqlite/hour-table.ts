import type { StatementSync } from 'node:sqlite';
import { type EventRate, escalationHours } from '../../issues/escalation.ts';
import { trendHours } from '../../issues/issue-store.ts';
import type { Database } from './database.ts';
import { hourOf } from './hours.ts';

/** Issues whose busiest hour is known without a look into the table. */
const mostKnown = 1024;

/** How many events of an issue there were in each hour. */
export class HourTable {
  private readonly database: Database;
  private readonly upsert: StatementSync;
  private readonly selectLast: StatementSync;
  private readonly selectBusiest: StatementSync;
  private readonly busiestOf = new Map<string, { hour: number; count: number }>();

  constructor(database: Database) {
    this.database = database;
    this.selectLast = database.prepare(`
      SELECT sum(count) FILTER (WHERE hour = ?) AS count, sum(count) FILTER (WHERE hour = ?) AS before
      FROM issue_hours WHERE issue_id = ? AND hour >= ?`);
    this.selectBusiest = database.prepare(
      'SELECT max(count) AS count FROM issue_hours WHERE issue_id = ? AND hour >= ? AND hour < ?',
    );
    this.upsert = database.prepare(`
      INSERT INTO issue_hours (issue_id, hour, count) VALUES (?, ?, ?)
      ON CONFLICT (issue_id, hour) DO UPDATE SET count = count + excluded.count`);
  }

  /** @param times of the events */
  add(issueId: string, times: readonly number[]): void {
    const counts = new Map<number, number>();
    for (const time of times) {
      const hour = hourOf(time);
      counts.set(hour, (counts.get(hour) ?? 0) + 1);
    }
    for (const [hour, count] of counts) this.upsert.run(issueId, hour, count);
  }

  /** @param hour that is running; see `hourOf` */
  rate(issueId: string, hour: number): EventRate {
    const { count = 0, before = 0 } = this.selectLast.get(hour, hour - 1, issueId, hour - 1) ?? {};
    return { count: Number(count ?? 0), before: Number(before ?? 0), busiest: this.busiest(issueId, hour) };
  }

  /** To be called when the issue is deleted. */
  forgetOne(issueId: string): void {
    this.busiestOf.delete(issueId);
  }

  /** To be called if the transaction fails. */
  forget(): void {
    this.busiestOf.clear();
  }

  /** It is the same for an hour. */
  private busiest(issueId: string, hour: number): number {
    const known = this.busiestOf.get(issueId);
    if (known?.hour === hour) return known.count;
    const row = this.selectBusiest.get(issueId, hour - 1 - escalationHours, hour - 1);
    const count = Number(row?.['count'] ?? 0);
    if (this.busiestOf.size >= mostKnown) this.busiestOf.clear();
    this.busiestOf.set(issueId, { hour, count });
    return count;
  }

  trends(ids: readonly string[], until: number): Record<string, readonly number[]> {
    const first = hourOf(until) - trendHours + 1;
    const trends = new Map(ids.map((id) => [id, Array.from({ length: trendHours }, () => 0)]));
    const rows = this.database
      .prepare(
        `SELECT issue_id, hour, count FROM issue_hours
         WHERE issue_id IN (${ids.map(() => '?').join(', ')}) AND hour BETWEEN ? AND ?`,
      )
      .all(...ids, first, first + trendHours - 1);
    for (const row of rows) {
      const trend = trends.get(String(row['issue_id']))!;
      trend[Number(row['hour']) - first] = Number(row['count']);
    }
    return Object.fromEntries(trends);
  }
}
