import type { Severity } from '../errors/error-event.ts';
import type { Issue } from '../issues/issue.ts';
import type { Condition } from './conditions/condition.ts';
import type { Labels } from './label-set.ts';

/** Rules about issues, by the names that are shown as `alertname`. */
export const issueAlertNames = ['NewIssue', 'IssueRegressed', 'IssueEscalating', 'SwallowedFailure'] as const;
export type IssueAlertName = (typeof issueAlertNames)[number];

export const incidentStates = ['firing', 'ended'] as const;
export type IncidentState = (typeof incidentStates)[number];

export type EndReason = 'resolved' | 'ignored' | 'quiet';

/** What one rule says of the subject of an incident. Times are milliseconds since the Unix epoch. */
export interface Alert<Name extends string = string> {
  alertname: Name;
  startsAt: number;
  /** Undefined as long as it fires. */
  endsAt: number | undefined;
  /** Of the incident, at which the rule spoke last. */
  revision: number;
}

/**
 * What people are told of as one thing: an issue, or a condition that holds. Nothing that it is known by names a pod or an instance: the
 * same failure in fifty pods is one incident.
 */
export type Incident = IssueIncident | ConditionIncident;

/** Times are milliseconds since the Unix epoch. */
interface AnyIncident {
  key: string;
  labels: Labels;
  severity: Severity;
  state: IncidentState;
  /** Rises by one with everything that a message about it would show differently. */
  revision: number;
  /** The revision of the last change of state; a message that is older than this is brought up to date at once. */
  stateRevision: number;
  startsAt: number;
  /** When it was last heard of, by our own clock: an app's clock may be wrong. */
  lastHeardAt: number;
  endsAt: number | undefined;
  endReason: EndReason | undefined;
}

/** How bad an incident was until then, and at which revision people are told. */
export interface Worsening {
  from: Severity;
  revision: number;
  /** The one before: nobody may have been told of it yet. There are no more of them than severities. */
  before?: Worsening;
}

/** A version of the app that appeared while an incident went on. */
export interface Deployment {
  version: string;
  /** When it was first heard of, by our own clock; milliseconds since the Unix epoch. */
  at: number;
  /** Of the incident, at which people are told of it. */
  revision: number;
  /** At which they are told that it failed in that version as well; absent: it has not. */
  outlastedRevision?: number;
}

export interface IssueIncident extends AnyIncident {
  /** The rule that had something to say last. */
  alertname: IssueAlertName;
  /** Those that fire, and the last ones that did; the one that spoke last at the end. */
  alerts: readonly Alert<IssueAlertName>[];
  /** The issue as it was at this revision. */
  issue: Issue;
  /** Whether people were told that a failure of it was swallowed. */
  toldSwallowed: boolean;
  /** The last one while it went on. */
  deployment?: Deployment;
  /** That it became worse while it went on, the last time. */
  worsened?: Worsening;
  condition?: undefined;
}

export interface ConditionIncident extends AnyIncident {
  alertname: string;
  /** One. */
  alerts: readonly Alert[];
  /** What was found at this revision. */
  condition: Condition;
  issue?: undefined;
}
