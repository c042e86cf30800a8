import { type Issue, type IssueChangeKind, issueChangeKinds } from '../../issues/issue.ts';
import type { Applied } from '../../issues/lifecycle.ts';
import type { IssueRows } from './issue-rows.ts';

/** When an event was, whom it happened to, and where. */
export interface Occurrence {
  time: number;
  userHash: number | undefined;
  podHash: number | undefined;
}

export interface TouchedIssue {
  issue: Issue;
  /** The strongest of what happened to it. */
  kind: IssueChangeKind;
  /** Of its new events. */
  occurrences: Occurrence[];
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

  note({ issue, kind }: Applied, occurrence: Occurrence): void {
    const before = this.byId.get(issue.id);
    if (before === undefined) {
      this.byId.set(issue.id, { issue, kind, occurrences: [occurrence] });
      return;
    }
    before.issue = issue;
    before.kind = stronger(before.kind, kind);
    before.occurrences.push(occurrence);
  }

  amend(issue: Issue): void {
    const before = this.byId.get(issue.id);
    if (before === undefined) this.byId.set(issue.id, { issue, kind: 'amended', occurrences: [] });
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
