import type { StatementSync } from 'node:sqlite';
import type { ErrorEvent } from '../../errors/error-event.ts';
import { issueId, issueOf } from '../../issues/identity.ts';
import type { Issue } from '../../issues/issue.ts';
import type { Database } from './database.ts';

/** Names that are known without a look into the table, twice over: of all issues of which a process may only count events (`EventSampler`). */
const mostKnown = 8192;

type Get = (id: string) => Issue | undefined;

/**
 * Other names of issues. An issue has its id of the fingerprint of its first event; when the same failure gets another fingerprint by a later
 * version of it, what would be the id of a new issue becomes a name of the one that there is, with its state, its counts and its history.
 */
export class IssueNames {
  private readonly select: StatementSync;
  private readonly insert: StatementSync;
  private known = new Map<string, string>();
  private older = new Map<string, string>();

  constructor(database: Database) {
    this.select = database.prepare('SELECT issue_id FROM issue_names WHERE id = ?');
    this.insert = database.prepare('INSERT INTO issue_names (id, issue_id) VALUES (?, ?)');
  }

  /** The issue of this id, or of this other name. @param get the issue of an id */
  issue(name: string, get: Get): Issue | undefined {
    return get(name) ?? this.issueNamed(name, get);
  }

  /** The same of an event. Where there is none, it is the one that a former fingerprint names, which has another name from then on. */
  issueOf(event: ErrorEvent, get: Get): Issue | undefined {
    const name = issueOf(event);
    return this.issue(name, get) ?? this.issueOnceNamed(event, name, get);
  }

  private issueNamed(name: string, get: Get): Issue | undefined {
    const known = this.known.get(name) ?? this.older.get(name) ?? this.select.get(name)?.['issue_id'];
    if (known === undefined) return undefined;
    this.remember(name, String(known));
    return get(String(known));
  }

  private issueOnceNamed(event: ErrorEvent, name: string, get: Get): Issue | undefined {
    for (const fingerprint of event.formerFingerprints ?? []) {
      const issue = this.issue(issueId(event.service, event.environment, fingerprint), get);
      if (issue === undefined) continue;
      this.insert.run(name, issue.id);
      this.remember(name, issue.id);
      return issue;
    }
    return undefined;
  }

  /** Of an issue that has the name for as long as this is remembered. */
  lend(name: string, issueId: string): void {
    this.remember(name, issueId);
  }

  /** To be called when the issue is deleted, and its names with it. */
  forgetOne(issueId: string): void {
    for (const names of [this.known, this.older])
      for (const [name, id] of names) if (id === issueId) names.delete(name);
  }

  /** To be called if the transaction fails. */
  forget(): void {
    this.known.clear();
    this.older.clear();
  }

  private remember(name: string, id: string): void {
    if (this.known.size >= mostKnown) [this.older, this.known] = [this.known, new Map()];
    this.known.set(name, id);
  }
}
