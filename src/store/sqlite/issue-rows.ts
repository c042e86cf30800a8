import type { StatementSync } from 'node:sqlite';
import type { Issue, IssueChangeKind } from '../../issues/issue.ts';
import type { Database } from './database.ts';
import type { IssueTexts } from './issue-texts.ts';

/** Rows of issues, one by one, and of their changes. */
export class IssueRows {
  private readonly selectIssue: StatementSync;
  private readonly selectByShortId: StatementSync;
  private readonly selectKept: StatementSync;
  private readonly selectHeld: StatementSync;
  private readonly selectEscalating: StatementSync;
  private readonly upsertIssue: StatementSync;
  private readonly texts: IssueTexts;
  private readonly insertChange: StatementSync;

  constructor(database: Database, texts: IssueTexts) {
    this.texts = texts;
    this.selectIssue = database.prepare('SELECT document FROM issues WHERE id = ?');
    this.selectByShortId = database.prepare('SELECT document FROM issues WHERE short_id = ?');
    this.selectHeld = database.prepare('SELECT document FROM issues WHERE held > 0');
    this.selectEscalating = database.prepare("SELECT document FROM issues WHERE state = 'escalating'");
    this.selectKept = database.prepare('SELECT kept FROM issues WHERE id = ?');
    this.upsertIssue = database.prepare(`
      INSERT INTO issues
        (id, short_id, service, severity, class, state, expected, first_seen, last_seen, count, document, kept, number)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ifnull(?12, 0), (SELECT ifnull(max(number), 0) + 1 FROM issue_texts))
      ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, class = excluded.class, state = excluded.state,
        expected = excluded.expected, first_seen = excluded.first_seen, last_seen = excluded.last_seen, count = excluded.count,
        document = excluded.document, kept = ifnull(?12, kept)`);
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
    this.texts.write(issue);
  }

  noteChange(issueId: string, kind: IssueChangeKind, at: number): void {
    this.insertChange.run(issueId, kind, at);
  }
}

export function readIssue(row: Record<string, unknown>): Issue {
  return JSON.parse(String(row['document'])) as Issue;
}
