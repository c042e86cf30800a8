import { type Issue, type IssueChangeKind, issueChangeKinds } from '../../issues/issue.ts';
import type { Applied } from '../../issues/lifecycle.ts';
import type { IssueRows } from './issue-rows.ts';

/** When an event was, whom it happened to, and where. */
export interface Occurrence {
  time: number;
  userHash?: number | undefined;
  podHash?: number | undefined;
}

export interface TouchedIssue {
  issue: Issue;
  /** The strongest of what happened to it. */
  kind: IssueChangeKind;
  /** Of its new events. */
  occurrences: Occurrence[];
  /** Events of it that are there; undefined if none was added. */
  kept: number | undefined;
}

/** The issues of one transaction, each read and written once. */
export class TouchedIssues {
  private readonly rows: IssueRows;
  private readonly byId = new Map<string, TouchedIssue>();

  constructor(rows: IssueRows) {
    this.rows = rows;
  }

  get(id: string): Issue | undefined {
    return this.byId.get(id)?.issue ?? this.rows.get(id);
  }

  /** Events of an issue that are there. */
  kept(id: string): number {
    return this.byId.get(id)?.kept ?? this.rows.kept(id);
  }

  /** @param kept events of the issue that are there now; undefined if none was added */
  note({ issue, kind }: Applied, occurrence: Occurrence, kept?: number): void {
    const before = this.byId.get(issue.id);
    if (before === undefined) {
      this.byId.set(issue.id, { issue, kind, occurrences: [occurrence], kept });
      return;
    }
    before.issue = issue;
    before.kept = kept ?? before.kept;
    before.kind = stronger(before.kind, kind);
    before.occurrences.push(occurrence);
  }

  amend(issue: Issue): void {
    const before = this.byId.get(issue.id);
    if (before === undefined)
      this.byId.set(issue.id, { issue, kind: 'amended', occurrences: [], kept: undefined });
    else before.issue = issue;
  }

  all(): Iterable<TouchedIssue> {
    return this.byId.values();
  }
}

/** Of two things that happened to an issue. */
export function stronger(a: IssueChangeKind, b: IssueChangeKind): IssueChangeKind {
  return issueChangeKinds.indexOf(a) <= issueChangeKinds.indexOf(b) ? a : b;
}
