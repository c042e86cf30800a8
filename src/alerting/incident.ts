import type { Issue } from '../issues/issue.ts';

/** Rules by the names that are shown as `alertname`. */
export const alertNames = ['NewIssue', 'IssueRegressed', 'IssueEscalating', 'SwallowedFailure'] as const;
export type AlertName = (typeof alertNames)[number];

export const incidentStates = ['firing', 'ended'] as const;
export type IncidentState = (typeof incidentStates)[number];

export type EndReason = 'resolved' | 'ignored' | 'quiet';

/** What one rule says of the subject of an incident. Times are milliseconds since the Unix epoch. */
export interface Alert {
  alertname: AlertName;
  startsAt: number;
  /** Undefined as long as it fires. */
  endsAt: number | undefined;
  /** Of the incident, at which the rule spoke last. */
  revision: number;
}

/**
 * What people are told of as one thing. Its key holds no pod and no instance: the same failure in fifty pods is one
 * incident. Times are milliseconds since the Unix epoch.
 */
export interface Incident {
  key: string;
  /** The rule that had something to say last. */
  alertname: AlertName;
  /** Those that fire, and the last ones that did; the one that spoke last at the end. */
  alerts: readonly Alert[];
  /** Whether people were told that a failure of it was swallowed. */
  toldSwallowed: boolean;
  state: IncidentState;
  /** Rises by one with everything that a message about it would show differently. */
  revision: number;
  /** The revision of the last change of state; a message that is older than this is brought up to date at once. */
  stateRevision: number;
  startsAt: number;
  /** When the failure was last heard of, by our own clock: an app's clock may be wrong. */
  lastHeardAt: number;
  endsAt: number | undefined;
  endReason: EndReason | undefined;
  /** The issue as it was at this revision. */
  issue: Issue;
}
