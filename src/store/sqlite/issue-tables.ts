import type { Issue, IssueChangeKind } from '../../issues/issue.ts';
import type { IssueAction, IssueLogEntry } from '../../issues/issue-action.ts';
import type {
  ErrorCounts,
  EventTrends,
  IssueCount,
  IssueLogQuery,
  IssueQuery,
  IssueStats,
  IssueStore,
  Page,
  TrendQuery,
  VersionHeard,
} from '../../issues/issue-store.ts';
import { applyAction } from '../../issues/lifecycle.ts';
import type { SynchronousStore } from '../store.ts';
import type { Database } from './database.ts';
import { EventWriter } from './event-writer.ts';
import type { HourTable } from './hour-table.ts';
import { IssueList } from './issue-list.ts';
import { IssueLogTable } from './issue-log-table.ts';
import type { IssueNames } from './issue-names.ts';
import { IssueRows } from './issue-rows.ts';
import { IssueStatistics } from './issue-statistics.ts';
import type { OperationTable } from './operation-table.ts';
import type { SharedTables } from './shared-tables.ts';
import { TimelineTable } from './timeline-table.ts';

/** What alerting hears of what somebody did. */
const changeOf: Record<IssueAction['kind'], IssueChangeKind> = {
  acknowledge: 'acknowledged',
  resolve: 'resolved',
  reopen: 'reopened',
  ignore: 'ignored',
};

/** Issues, their events and their changes. */
export class IssueTables
  implements Omit<Pick<SynchronousStore, keyof IssueStore>, 'listEvents' | 'getEvent' | 'findSupported'>
{
  private readonly database: Database;
  private readonly rows: IssueRows;
  private readonly list: IssueList;
  private readonly names: IssueNames;
  private readonly hours: HourTable;
  private readonly operations: OperationTable;
  private readonly statistics: IssueStatistics;
  private readonly log: IssueLogTable;
  private readonly timelines: TimelineTable;
  private readonly writer: EventWriter;

  constructor(database: Database, tables: SharedTables) {
    this.database = database;
    this.rows = new IssueRows(database, tables.texts);
    this.list = new IssueList(database, tables.texts);
    this.names = tables.names;
    this.hours = tables.hours;
    this.operations = tables.operations;
    this.statistics = new IssueStatistics(database, this.rows, this.operations);
    this.log = new IssueLogTable(database);
    this.timelines = new TimelineTable(database);
    this.writer = new EventWriter(database, tables, this.rows);
  }

  settleHeld(): void {
    this.writer.settleHeld();
  }

  record(...given: Parameters<SynchronousStore['record']>): readonly string[] {
    return this.writer.record(...given);
  }

  calm(at: number): void {
    this.writer.calm(at);
  }

  noteVersions(versions: readonly VersionHeard[]): void {
    this.writer.noteVersions(versions);
  }

  listIssues(query: IssueQuery): Page<Issue> {
    return this.list.list(query);
  }

  getIssue(id: string): Issue | undefined {
    return this.names.issue(id, (named) => this.rows.get(named)) ?? this.rows.getByShortId(id);
  }

  changeIssue(id: string, action: IssueAction, by: string, at: number): Issue | undefined {
    return this.database.transaction(() => {
      const issue = this.getIssue(id);
      if (issue === undefined) return undefined;
      const changed = applyAction(issue, action, by, at);
      if (changed === issue) return issue;
      this.rows.write(changed);
      this.log.add(issue.id, { at, by, action });
      this.timelines.act(issue.id, { at, by, action });
      this.rows.noteChange(issue.id, changeOf[action.kind], at);
      return changed;
    });
  }

  listIssueLog(query: IssueLogQuery): Page<IssueLogEntry> {
    return this.log.list(query);
  }

  trends(ids: readonly string[], until: number): Readonly<Record<string, readonly number[]>> {
    return this.hours.trends(ids, until);
  }

  eventTrends(query: TrendQuery): EventTrends {
    return this.operations.trends(query);
  }

  issueStats(now: number): IssueStats {
    return this.statistics.stats(now);
  }

  errorCounts(since: number): ErrorCounts {
    return this.statistics.errorCounts(since);
  }

  countIssues(): readonly IssueCount[] {
    return this.statistics.countIssues();
  }
}
