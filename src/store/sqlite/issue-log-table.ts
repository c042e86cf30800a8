import type { StatementSync } from 'node:sqlite';
import type { IssueAction, IssueLogEntry } from '../../issues/issue-action.ts';
import type { IssueLogQuery, Page } from '../../issues/issue-store.ts';
import type { Database } from './database.ts';
import { pageOf, Selection } from './selection.ts';

/** What was done to issues, and by whom. */
export class IssueLogTable {
  private readonly database: Database;
  private readonly insert: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.insert = database.prepare('INSERT INTO issue_log (issue_id, at, by, action) VALUES (?, ?, ?, ?)');
  }

  add(issueId: string, { at, by, action }: IssueLogEntry): void {
    this.insert.run(issueId, Math.round(at), by, JSON.stringify(action));
  }

  list({ issueId, limit, cursor }: IssueLogQuery): Page<IssueLogEntry> {
    const selection = new Selection('issue_log', ['seq']).where('issue_id = ?', issueId).after(cursor);
    const rows = selection.rows(
      this.database,
      (found) => `SELECT seq, at, by, action FROM issue_log ${found}`,
      limit,
    );
    return pageOf(rows, selection, limit, (row) => ({
      at: Number(row['at']),
      by: String(row['by']),
      action: JSON.parse(String(row['action'])) as IssueAction,
    }));
  }
}
