import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import { issueId } from '../../issues/identity.ts';
import { type Issue, type IssueChangeKind, issueChangeKinds } from '../../issues/issue.ts';
import type {
  CountedEvent,
  ErrorCounts,
  IssueCount,
  IssueQuery,
  IssueStore,
  Page,
} from '../../issues/issue-store.ts';
import { applyCounted, applyEvent, applyResolution } from '../../issues/lifecycle.ts';
import type { SynchronousStore } from '../store.ts';
import { CountedTable } from './counted-table.ts';
import type { Database } from './database.ts';
import { writtenEvent } from './packed-events.ts';
import { pageOf, Selection } from './selection.ts';
import { StackTable } from './stack-table.ts';

/** Issues, their events and their changes. */
export class IssueTables
  implements Omit<Pick<SynchronousStore, keyof IssueStore>, 'listEvents' | 'getEvent'>
{
  private readonly database: Database;
  private readonly stacks: StackTable;
  private readonly counted: CountedTable;
  private readonly selectIssue: StatementSync;
  private readonly selectByShortId: StatementSync;
  private readonly upsertIssue: StatementSync;
  private readonly upsertText: StatementSync;
  private readonly selectEvent: StatementSync;
  private readonly insertEvent: StatementSync;
  private readonly insertChange: StatementSync;
  private readonly selectCounts: StatementSync;
  private readonly selectErrorCounts: StatementSync;

  constructor(database: Database) {
    this.database = database;
    this.stacks = new StackTable(database);
    this.counted = new CountedTable(database);
    this.selectIssue = database.prepare('SELECT document FROM issues WHERE id = ?');
    this.selectByShortId = database.prepare('SELECT document FROM issues WHERE short_id = ?');
    this.upsertIssue = database.prepare(`
      INSERT INTO issues (id, short_id, service, severity, class, state, first_seen, last_seen, count, document)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, class = excluded.class, state = excluded.state,
        first_seen = excluded.first_seen, last_seen = excluded.last_seen, count = excluded.count, document = excluded.document`);
    // Most often nothing has changed, and then nothing is written.
    this.upsertText = database.prepare(`
      INSERT INTO issue_texts (issue_id, text) VALUES (?, ?)
      ON CONFLICT (issue_id) DO UPDATE SET text = excluded.text WHERE text <> excluded.text`);
    this.selectEvent = database.prepare('SELECT 1 FROM events WHERE id = ?');
    this.insertEvent = database.prepare(
      'INSERT INTO events (id, issue_id, time, stack_id, document) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    );
    this.insertChange = database.prepare('INSERT INTO changes (issue_id, kind, at) VALUES (?, ?, ?)');
    this.selectCounts = database.prepare(
      'SELECT state, severity, count(*) AS issues FROM issues GROUP BY state, severity',
    );
    const stands = "state NOT IN ('resolved', 'ignored')";
    this.selectErrorCounts = database.prepare(`
      SELECT count(*) AS total,
        count(*) FILTER (WHERE ${stands}) AS unresolved,
        count(*) FILTER (WHERE severity = 'critical' AND ${stands}) AS critical,
        count(*) FILTER (WHERE last_seen >= ? AND state <> 'ignored') AS recent
      FROM issues INDEXED BY issues_listed`);
  }

  record(
    events: readonly ErrorEvent[],
    at: number,
    counted: readonly CountedEvent[] = [],
  ): readonly string[] {
    try {
      return this.recordAll(events, at, counted);
    } catch (error) {
      this.stacks.forget();
      this.counted.forget();
      throw error;
    }
  }

  private recordAll(
    events: readonly ErrorEvent[],
    at: number,
    counted: readonly CountedEvent[],
  ): readonly string[] {
    return this.database.transaction(() => {
      const touched = new Map<string, Touched>();
      const stored: string[] = [];
      for (const event of events) {
        if (this.recordEvent(event, touched)) stored.push(event.id);
      }
      for (const event of counted) {
        if (this.countEvent(event, touched)) stored.push(event.id);
      }
      for (const { issue, kind } of touched.values()) {
        this.write(issue);
        this.insertChange.run(issue.id, kind, at);
      }
      return stored;
    });
  }

  listIssues(query: IssueQuery): Page<Issue> {
    const { sort = 'last_seen', limit } = query;
    const selection = new Selection(sort, [sort, 'id'])
      .anyOf('state', query.states)
      .anyOf('severity', query.severities)
      .anyOf('class', query.classes)
      .where('service = ?', query.service)
      .where('last_seen >= ?', query.seenSince)
      .where(textContains, query.text && searchText(query.text))
      .after(query.cursor);
    // Found within the index, so that only the rows of the page are read.
    const rows = selection.rows(
      this.database,
      (found, order) => `SELECT id, ${sort}, document FROM issues
        WHERE id IN (SELECT id FROM issues INDEXED BY issues_listed ${found}) ${order}`,
      limit,
    );
    return pageOf(rows, selection, limit, readIssue);
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

  errorCounts(since: number): ErrorCounts {
    return { ...this.selectErrorCounts.get(since) } as unknown as ErrorCounts;
  }

  countIssues(): readonly IssueCount[] {
    return this.selectCounts.all().map((row) => ({ ...row }) as unknown as IssueCount);
  }

  /** @returns whether the event is new */
  private recordEvent(event: ErrorEvent, touched: Map<string, Touched>): boolean {
    const id = issueId(event.service, event.environment, event.fingerprint);
    const before = touched.get(id);
    const known = before?.issue ?? this.getById(id);
    if (this.counted.has(event.id) || this.isToldOf(event.otherId)) return false;
    // The issue's row comes first, since the event refers to it; but not for an event that is there already.
    if (known === undefined && this.isWhole(event.id)) return false;
    const { issue, kind } = applyEvent(known, event);
    if (known === undefined) this.write(issue);
    const { document, stack } = writtenEvent(event);
    const time = Math.round(event.time);
    const { changes } = this.insertEvent.run(event.id, id, time, this.stacks.idOf(stack), document);
    if (changes === 0) return false;
    touch(touched, issue, kind);
    return true;
  }

  /** @returns whether the event is new */
  private countEvent(event: CountedEvent, touched: Map<string, Touched>): boolean {
    if (this.isWhole(event.id) || this.isToldOf(event.otherId) || !this.counted.add(event)) return false;
    const known = touched.get(event.issueId)?.issue ?? this.getById(event.issueId);
    if (known === undefined) throw new Error(`an event of the issue ${event.issueId}, which is not there`);
    const { issue, kind } = applyCounted(known, event);
    touch(touched, issue, kind);
    return true;
  }

  private isWhole(eventId: string): boolean {
    return this.selectEvent.get(eventId) !== undefined;
  }

  /** @param otherId under which another signal may have told of an event */
  private isToldOf(otherId: string | undefined): boolean {
    return otherId !== undefined && (this.isWhole(otherId) || this.counted.has(otherId));
  }

  private getById(id: string): Issue | undefined {
    const row = this.selectIssue.get(id);
    return row === undefined ? undefined : readIssue(row);
  }

  private write(issue: Issue): void {
    const { id, shortId, service, severity, state, firstSeen, lastSeen, count } = issue;
    this.upsertIssue.run(
      id,
      shortId,
      service,
      severity,
      issue.class,
      state,
      Math.round(firstSeen),
      Math.round(lastSeen),
      count,
      JSON.stringify(issue),
    );
    this.upsertText.run(id, searchText(`${issue.type}: ${issue.message}`));
  }
}

interface Touched {
  issue: Issue;
  kind: IssueChangeKind;
}

function touch(touched: Map<string, Touched>, issue: Issue, kind: IssueChangeKind): void {
  const before = touched.get(issue.id);
  touched.set(issue.id, { issue, kind: before === undefined ? kind : stronger(before.kind, kind) });
}

function stronger(a: IssueChangeKind, b: IssueChangeKind): IssueChangeKind {
  return issueChangeKinds.indexOf(a) <= issueChangeKinds.indexOf(b) ? a : b;
}

/** What can be searched of an issue: enough of it to tell it from others, and little enough to look at thousands. */
const searchedLength = 1000;

/** SQLite itself knows small letters of ASCII only. */
function searchText(text: string): string {
  return text.slice(0, searchedLength).toLowerCase();
}

const textContains = 'id IN (SELECT issue_id FROM issue_texts WHERE instr(text, ?) > 0)';

export function readIssue(row: Record<string, unknown>): Issue {
  return JSON.parse(String(row['document'])) as Issue;
}
