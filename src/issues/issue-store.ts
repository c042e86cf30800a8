import type { ErrorEvent, Severity } from '../errors/error-event.ts';
import type { Issue, IssueState } from './issue.ts';

/** Which issues, the last seen first. */
export interface IssueQuery {
  states?: readonly IssueState[];
  severities?: readonly Severity[];
  service?: string;
  /** 1 to 1000. */
  limit: number;
  /** From the page before. */
  cursor?: string;
}

export interface Page<T> {
  items: T[];
  /** Undefined on the last page. */
  nextCursor: string | undefined;
}

/** A cursor that no page gave out. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

export interface IssueStore {
  /**
   * Stores the events, their issues and a change for each issue, all or nothing. An event whose id is known is passed
   * over, so a request that is sent again counts once.
   * @param at when they arrived; milliseconds since the Unix epoch
   * @returns the ids of the events that were new
   */
  record(events: readonly ErrorEvent[], at: number): Promise<readonly string[]>;
  /** @throws InvalidCursor */
  listIssues(query: IssueQuery): Promise<Page<Issue>>;
  /** By id or short id. */
  getIssue(id: string): Promise<Issue | undefined>;
  /** @returns the issue as it then is; undefined if there is none. Resolving twice changes nothing. */
  resolveIssue(id: string, by: string, at: number): Promise<Issue | undefined>;
  /** How many issues there are by state and severity; groups without any are left out. */
  countIssues(): Promise<readonly IssueCount[]>;
}

export interface IssueCount {
  state: IssueState;
  severity: Severity;
  issues: number;
}
