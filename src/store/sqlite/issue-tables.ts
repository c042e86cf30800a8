import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import { issueId } from '../../issues/identity.ts';
import { type Issue, type IssueChangeKind, issueChangeKinds } from '../../issues/issue.ts';
import type { IssueCount, IssueQuery, IssueStore, Page } from '../../issues/issue-store.ts';
import { applyEvent, applyResolution } from '../../issues/lifecycle.ts';
import type { SynchronousStore } from '../store.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { Database } from './database.ts';

/** Issues, their events and their changes. */
export class IssueTables implements Pick<SynchronousStore, keyof IssueStore> {
  private readonly database: Database;
  private readonly selectIssue: StatementSync;
  private readonly selectByShortId: StatementSync;
  private readonly upsertIssue: StatementSync;
  private readonly selectEvent: StatementSync;
  private readonly insertEvent: StatementSync;
  private readonly insertChange: StatementSync;
  private readonly selectCounts: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.selectIssue = database.prepare('SELECT document FROM issues WHERE id = ?');
    this.selectByShortId = database.prepare('SELECT document FROM issues WHERE short_id = ?');
    this.upsertIssue = database.prepare(`
      INSERT INTO issues (id, short_id, service, severity, state, last_seen, document) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, state = excluded.state,
        last_seen = excluded.last_seen, document = excluded.document`);
    this.selectEvent = database.prepare('SELECT 1 FROM events WHERE id = ?');
    this.insertEvent = database.prepare(
      'INSERT INTO events (id, issue_id, time, document) VALUES (?, ?, ?, ?)',
    );
    this.insertChange = database.prepare('INSERT INTO changes (issue_id, kind, at) VALUES (?, ?, ?)');
    this.selectCounts = database.prepare(
      'SELECT state, severity, count(*) AS issues FROM issues GROUP BY state, severity',
    );
  }

  record(events: readonly ErrorEvent[], at: number): readonly string[] {
    return this.database.transaction(() => {
      const touched = new Map<string, Touched>();
      const stored: string[] = [];
      for (const event of events) {
        if (this.recordEvent(event, touched)) stored.push(event.id);
      }
      for (const { issue, kind } of touched.values()) {
        this.write(issue);
        this.insertChange.run(issue.id, kind, at);
      }
      return stored;
    });
  }

  listIssues(query: IssueQuery): Page<Issue> {
    const { sql, parameters } = listQuery(query);
    const rows = this.database.prepare(sql).all(...parameters, query.limit + 1);
    const issues = rows.map(readIssue);
    const last = issues[query.limit - 1];
    const more = issues.length > query.limit && last !== undefined;
    return {
      items: issues.slice(0, query.limit),
      nextCursor: more ? writeCursor(last.lastSeen, last.id) : undefined,
    };
  }

  getIssue(id: string): Issue | undefined {
    const row = this.selectIssue.get(id) ?? this.selectByShortId.get(id.toUpperCase());
    return row === undefined ? undefined : readIssue(row);
  }

  resolveIssue(id: string, by: string, at: number): Issue | undefined {
    return this.database.transaction(() => {
      const issue = this.getIssue(id);
      if (issue === undefined || issue.state === 'resolved') return issue;
      const resolved = applyResolution(issue, by, at);
      this.write(resolved);
      this.insertChange.run(issue.id, 'resolved', at);
      return resolved;
    });
  }

  countIssues(): readonly IssueCount[] {
    return this.selectCounts.all().map((row) => ({ ...row }) as unknown as IssueCount);
  }

  /** @returns whether the event is new */
  private recordEvent(event: ErrorEvent, touched: Map<string, Touched>): boolean {
    if (this.selectEvent.get(event.id) !== undefined) return false;
    const id = issueId(event.service, event.environment, event.fingerprint);
    const before = touched.get(id);
    const known = before?.issue ?? this.getById(id);
    const { issue, kind } = applyEvent(known, event);
    // The issue's row comes first: the event refers to it.
    if (known === undefined) this.write(issue);
    this.insertEvent.run(event.id, id, Math.round(event.time), JSON.stringify(event));
    touched.set(id, { issue, kind: before === undefined ? kind : stronger(before.kind, kind) });
    return true;
  }

  private getById(id: string): Issue | undefined {
    const row = this.selectIssue.get(id);
    return row === undefined ? undefined : readIssue(row);
  }

  private write(issue: Issue): void {
    const { id, shortId, service, severity, state, lastSeen } = issue;
    this.upsertIssue.run(id, shortId, service, severity, state, Math.round(lastSeen), JSON.stringify(issue));
  }
}

interface Touched {
  issue: Issue;
  kind: IssueChangeKind;
}

function stronger(a: IssueChangeKind, b: IssueChangeKind): IssueChangeKind {
  return issueChangeKinds.indexOf(a) <= issueChangeKinds.indexOf(b) ? a : b;
}

function listQuery(query: IssueQuery): { sql: string; parameters: (string | number)[] } {
  const conditions: string[] = [];
  const parameters: (string | number)[] = [];
  const anyOf = (column: string, values: readonly string[] | undefined): void => {
    if (values === undefined) return;
    conditions.push(`${column} IN (${values.map(() => '?').join(', ')})`);
    parameters.push(...values);
  };
  anyOf('state', query.states);
  anyOf('severity', query.severities);
  anyOf('service', query.service === undefined ? undefined : [query.service]);
  if (query.cursor !== undefined) {
    conditions.push('(last_seen, id) < (?, ?)');
    parameters.push(...readCursor(query.cursor));
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return { sql: `SELECT document FROM issues ${where} ORDER BY last_seen DESC, id DESC LIMIT ?`, parameters };
}

export function readIssue(row: Record<string, unknown>): Issue {
  return JSON.parse(String(row['document'])) as Issue;
}
