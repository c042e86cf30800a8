import type { StatementSync } from 'node:sqlite';
import type { Issue, IssueChangeKind } from '../../issues/issue.ts';
import type { Database } from './database.ts';

/** Rows of issues, one by one, and of their changes. */
export class IssueRows {
  private readonly selectIssue: StatementSync;
  private readonly selectByShortId: StatementSync;
  private readonly selectKept: StatementSync;
  private readonly selectHeld: StatementSync;
  private readonly selectEscalating: StatementSync;
  private readonly upsertIssue: StatementSync;
  private readonly upsertText: StatementSync;
  private readonly insertChange: StatementSync;

  constructor(database: Database) {
    this.selectIssue = database.prepare('SELECT document FROM issues WHERE id = ?');
    this.selectByShortId = database.prepare('SELECT document FROM issues WHERE short_id = ?');
    this.selectHeld = database.prepare('SELECT document FROM issues WHERE held > 0');
    this.selectEscalating = database.prepare("SELECT document FROM issues WHERE state = 'escalating'");
    this.selectKept = database.prepare('SELECT kept FROM issues WHERE id = ?');
    this.upsertIssue = database.prepare(`
      INSERT INTO issues (id, short_id, service, severity, class, state, expected, first_seen, last_seen, count, document, kept)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ifnull(?12, 0))
      ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, class = excluded.class, state = excluded.state,
        expected = excluded.expected, first_seen = excluded.first_seen, last_seen = excluded.last_seen, count = excluded.count,
        document = excluded.document, kept = ifnull(?12, kept)`);
    // Most often nothing has changed, and then nothing is written.
    this.upsertText = database.prepare(`
      INSERT INTO issue_texts (issue_id, text) VALUES (?, ?)
      ON CONFLICT (issue_id) DO UPDATE SET text = excluded.text WHERE text <> excluded.text`);
    this.insertChange = database.prepare('INSERT INTO changes (issue_id, kind, at) VALUES (?, ?, ?)');
  }

  get(id: string): Issue | undefined {
    const row = this.selectIssue.get(id);
    return row === undefined ? undefined : readIssue(row);
  }

  getByShortId(shortId: string): Issue | undefined {
    const row = this.selectByShortId.get(shortId.toUpperCase());
    return row === undefined ? undefined : readIssue(row);
  }

  /** Those of which the severity of some event is not settled. */
  held(): Issue[] {
    return this.selectHeld.all().map(readIssue);
  }

  escalating(): Issue[] {
    return this.selectEscalating.all().map(readIssue);
  }

  /** How many events of it are there. */
  kept(id: string): number {
    return Number(this.selectKept.get(id)?.['kept'] ?? 0);
  }

  /** @param kept events of it that are there; undefined = as many as before */
  write(issue: Issue, kept?: number): void {
    const { id, shortId, service, severity, state, expected, firstSeen, lastSeen, count } = issue;
    this.upsertIssue.run(
      id,
      shortId,
      service,
      severity,
      issue.class,
      state,
      expected ? 1 : 0,
      Math.round(firstSeen),
      Math.round(lastSeen),
      count,
      JSON.stringify(issue),
      kept ?? null,
    );
    this.upsertText.run(id, searchText(`${issue.type}: ${issue.message}`));
  }

  noteChange(issueId: string, kind: IssueChangeKind, at: number): void {
    this.insertChange.run(issueId, kind, at);
  }
}

/** What can be searched of an issue: enough of it to tell it from others, and little enough to look at thousands. */
const searchedLength = 1000;

/** SQLite itself knows small letters of ASCII only. */
export function searchText(text: string): string {
  return text.slice(0, searchedLength).toLowerCase();
}

export function readIssue(row: Record<string, unknown>): Issue {
  return JSON.parse(String(row['document'])) as Issue;
}
