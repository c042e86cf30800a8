import type { StatementSync } from 'node:sqlite';
import { trendHours } from '../../issues/issue-store.ts';
import type { Database } from './database.ts';

const hourMillis = 3_600_000;

/** How many events of an issue there were in each hour. */
export class HourTable {
  private readonly database: Database;
  private readonly upsert: StatementSync;

  constructor(database: Database) {
    this.database = database;
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

/** Since the Unix epoch. */
function hourOf(time: number): number {
  return Math.floor(time / hourMillis);
}
