import type { StatementSync } from 'node:sqlite';
import { trendHours, type ErrorCounts, type IssueCount, type IssueStats } from '../../issues/issue-store.ts';
import type { Database } from './database.ts';
import { hourOf, timeOfHour } from './hours.ts';
import type { IssueRows } from './issue-rows.ts';
import type { OperationTable } from './operation-table.ts';

const topIssues = 10;
/** Issues among which the top ones are looked for: to add up the hours of all would take seconds. */
const mostCompared = 1000;

const stands = "state NOT IN ('resolved', 'ignored') AND expected = 0";

/** What there is of issues. How many there are of each kind is counted when one changes, since it is asked with every scrape. */
export class IssueStatistics {
  private readonly rows: IssueRows;
  private readonly operations: OperationTable;
  private readonly selectCounts: StatementSync;
  private readonly selectKinds: StatementSync;
  private readonly selectErrorCounts: StatementSync;
  private readonly selectSeen: StatementSync;
  private readonly selectTop: StatementSync;

  constructor(database: Database, rows: IssueRows, operations: OperationTable) {
    this.rows = rows;
    this.operations = operations;
    this.selectCounts = database.prepare(
      'SELECT state, severity, sum(issues) AS issues FROM issue_counts WHERE issues > 0 GROUP BY state, severity',
    );
    this.selectKinds = database.prepare(
      'SELECT state, severity, class, expected, issues FROM issue_counts WHERE issues > 0',
    );
    this.selectErrorCounts = database.prepare(`
      SELECT ifnull(sum(issues), 0) AS total,
        ifnull(sum(issues) FILTER (WHERE ${stands}), 0) AS unresolved,
        ifnull(sum(issues) FILTER (WHERE severity = 'critical' AND ${stands}), 0) AS critical,
        (SELECT count(*) FROM issues INDEXED BY issues_listed
          WHERE last_seen >= ? AND state <> 'ignored' AND expected = 0) AS recent
      FROM issue_counts`);
    this.selectSeen = database.prepare(`
      SELECT ifnull(sum(count), 0) AS events,
        count(*) FILTER (WHERE last_seen >= ?1) AS issues,
        count(*) FILTER (WHERE first_seen >= ?1) AS newIssues
      FROM issues INDEXED BY issues_listed`);
    this.selectTop = database.prepare(`
      SELECT issue_id, sum(count) AS events FROM issue_hours
      WHERE hour BETWEEN ? AND ? AND issue_id IN (
        SELECT id FROM issues INDEXED BY issues_listed WHERE last_seen >= ? ORDER BY count DESC, id LIMIT ${mostCompared})
      GROUP BY issue_id ORDER BY events DESC, issue_id LIMIT ${topIssues}`);
  }

  stats(now: number): IssueStats {
    const lastHour = hourOf(now);
    const firstHour = lastHour - trendHours + 1;
    const since = timeOfHour(firstHour);
    const { events, ...seen } = { ...this.selectSeen.get(since) } as unknown as Seen;
    return {
      counts: this.selectKinds.all().map((row) => {
        return { ...row, expected: row['expected'] === 1 } as IssueStats['counts'][number];
      }),
      events,
      recent: { ...seen, events: this.operations.count(firstHour, lastHour) },
      top: this.selectTop.all(firstHour, lastHour, since).flatMap((row) => {
        const issue = this.rows.get(String(row['issue_id']));
        return issue === undefined ? [] : [{ issue, events: Number(row['events']) }];
      }),
    };
  }

  errorCounts(since: number): ErrorCounts {
    return { ...this.selectErrorCounts.get(since) } as unknown as ErrorCounts;
  }

  countIssues(): readonly IssueCount[] {
    return this.selectCounts.all().map((row) => ({ ...row }) as unknown as IssueCount);
  }
}

interface Seen {
  events: number;
  issues: number;
  newIssues: number;
}
