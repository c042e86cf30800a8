import type { ErrorClass, ErrorEvent, Severity, Swallowed } from '../errors/error-event.ts';
import type { Issue, IssueState } from './issue.ts';
import type { IssueAction, IssueLogEntry } from './issue-action.ts';

/** In which order: the latest, or the most, first. */
export const issueSorts = ['last_seen', 'first_seen', 'count'] as const;
export type IssueSort = (typeof issueSorts)[number];

/** Which issues. Of each list any one fits; all that is given must fit. */
export interface IssueQuery {
  states?: readonly IssueState[];
  severities?: readonly Severity[];
  classes?: readonly ErrorClass[];
  swallowed?: boolean;
  service?: string;
  /**
   * Words and parts of words, each to be found in what people know an issue by, whatever its case; the eight longest count. Of words that are all shorter than
   * three letters a page may have fewer than asked for, or none, and a cursor all the same: it looks at 3,000 issues at the most.
   */
  text?: string;
  /** Last seen at this time or later; milliseconds since the Unix epoch. */
  seenSince?: number;
  /** The last seen first, unless said. */
  sort?: IssueSort;
  /** 1 to 1000. */
  limit: number;
  /** From the page before, in the same order. */
  cursor?: string;
}

/** Hours in a trend. */
export const trendHours = 24;

/** Which events, the newest first: all that is given must fit. */
export interface EventQuery {
  issueId?: string;
  service?: string;
  /** Any one of them. */
  severities?: readonly Severity[];
  component?: string;
  jobId?: string;
  jobName?: string;
  /** 32 hex digits, in lower case. */
  traceId?: string;
  /** By attributes that events are found by: `errors.index_attributes`. */
  attributes?: Readonly<Record<string, string>>;
  /** Happened at this time or later; milliseconds since the Unix epoch. */
  since?: number;
  /** 1 to 1000. A page is shorter when its events are large. */
  limit: number;
  cursor?: string;
}

export const trendGroups = ['service', 'operation'] as const;
export const trendIntervals = ['hour', 'day'] as const;

/** Stands for what is not told apart: more operations than 200 failed in one hour, or day. */
export const otherOperations = '(other)';

/** Which counts of events: those of the hours or days, in UTC, that these times are in and that are between them. */
export interface TrendQuery {
  by: (typeof trendGroups)[number];
  interval: (typeof trendIntervals)[number];
  /** Milliseconds since the Unix epoch. */
  since: number;
  until: number;
  service?: string;
  /** How many series, those with the most events first. */
  limit: number;
}

export interface EventTrends {
  /** When each hour or day began; milliseconds since the Unix epoch. */
  times: readonly number[];
  /** Events of all series, also of those that are over the limit. */
  total: number;
  series: readonly TrendSeries[];
}

export interface TrendSeries {
  service: string;
  /** Absent if the trends are by service. */
  operation?: string;
  total: number;
  /** At each of the times. */
  counts: readonly number[];
}

/** What was done to an issue, the latest first. */
export interface IssueLogQuery {
  issueId: string;
  /** 1 to 1000. */
  limit: number;
  cursor?: string;
}

/** What is known of a support code. */
export interface Supported {
  /** The newest first. */
  events: readonly ErrorEvent[];
  /** Of these events, and of those that are only counted. */
  issueIds: readonly string[];
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

/** An error event of which it is kept that it was, and not what was in it: its issue has enough of them. */
export interface CountedEvent extends Pick<ErrorEvent, 'id' | 'otherId' | 'time' | 'version' | 'traceId'> {
  issueId: string;
  /** To count users and pods by; undefined if nothing says who or where. */
  userHash?: number | undefined;
  podHash?: number | undefined;
}

/** What is learnt of a stored event later on. */
export interface Amendment {
  eventId: string;
  issueId: string;
  /** The severity of one whose severity was held, or who turns out to be worse. */
  severity?: Severity | undefined;
  /** Its severity was held when it was stored whole. */
  isHeld?: boolean;
  swallowed?: Swallowed | undefined;
  likelyCause?: string | undefined;
}

/** A version of an app, and when it was first heard of; milliseconds since the Unix epoch. */
export interface VersionHeard extends Pick<ErrorEvent, 'service' | 'environment' | 'version'> {
  at: number;
}

export interface IssueStore {
  /**
   * Stores the events, their issues and a change for each issue, all or nothing. An event whose id is known is passed
   * over, so a request that is sent again counts once; of events that are only counted, the ids of the last 125,000 are known.
   * An event for whose name there is no issue, and for a former name there is one, belongs to that one; and so does from then on whatever
   * has its name.
   * @param at when they arrived; milliseconds since the Unix epoch
   * @param counted events of issues that are there, if only by `events`
   * @param amendments of events that are stored
   * @returns the ids of the events that were new
   */
  record(
    events: readonly ErrorEvent[],
    at: number,
    counted?: readonly CountedEvent[],
    amendments?: readonly Amendment[],
  ): Promise<readonly string[]>;
  /** Those that are known already stay as they are. */
  noteVersions(versions: readonly VersionHeard[]): Promise<void>;
  /** @throws InvalidCursor */
  listIssues(query: IssueQuery): Promise<Page<Issue>>;
  /** By id, by an id that it has as another name, or by short id. */
  getIssue(id: string): Promise<Issue | undefined>;
  /**
   * @returns the issue as it then is; undefined if there is none
   * @throws ActionRefused
   */
  changeIssue(id: string, action: IssueAction, by: string, at: number): Promise<Issue | undefined>;
  /** What was done to an issue and by whom, the latest first. @throws InvalidCursor */
  listIssueLog(query: IssueLogQuery): Promise<Page<IssueLogEntry>>;
  /** Events of each issue in each of the hours up to this time, the earliest first; by id. */
  trends(ids: readonly string[], until: number): Promise<Readonly<Record<string, readonly number[]>>>;
  /** @throws InvalidCursor */
  listEvents(query: EventQuery): Promise<Page<ErrorEvent>>;
  getEvent(id: string): Promise<ErrorEvent | undefined>;
  /** The latest failures that users were given this code for. */
  findSupported(code: string): Promise<Supported>;
  /** How many events there were, kept or only counted, over time. Of those only counted the operation is that of their issue. */
  eventTrends(query: TrendQuery): Promise<EventTrends>;
  /** @param now milliseconds since the Unix epoch; what is recent is of the 24 hours before */
  issueStats(now: number): Promise<IssueStats>;
  /** @param since milliseconds since the Unix epoch */
  errorCounts(since: number): Promise<ErrorCounts>;
  /** How many issues there are by state and severity; groups without any are left out. */
  countIssues(): Promise<readonly IssueCount[]>;
}

/** Of issues. */
export interface ErrorCounts {
  total: number;
  /** Neither resolved nor ignored. */
  unresolved: number;
  /** Of those, the critical ones. */
  critical: number;
  /** Seen since then, whatever became of them; without the ignored ones. */
  recent: number;
}

export interface IssueStats {
  /** Groups without any are left out. */
  counts: readonly (IssueCount & { class: ErrorClass; expected: boolean })[];
  /** Of all issues that there are. */
  events: number;
  recent: {
    /** Of the hour that it is and the 23 before. */
    events: number;
    /** Issues that were seen. */
    issues: number;
    /** Of those, the ones that were never seen before. */
    newIssues: number;
  };
  /** Those with the most events in that time, of the thousand largest issues that were seen in it. */
  top: readonly { issue: Issue; events: number }[];
}

export interface IssueCount {
  state: IssueState;
  severity: Severity;
  issues: number;
}
