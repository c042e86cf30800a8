import type { Severity } from '../errors/error-event.ts';
import type { Issue, IssueChange } from '../issues/issue.ts';
import type { Page } from '../issues/issue-store.ts';
import type { Deployed } from './deployment.ts';
import type { ConditionIncident, Incident, IncidentState, IssueIncident } from './incident.ts';
import type { Grouping } from './routing/grouping.ts';
import type { Routed, TimelineEntry, TimelineRecord } from './timeline.ts';

/** An issue change that was not yet looked at, with what is known of its subject now. */
export interface PendingChange {
  change: IssueChange;
  issue: Issue;
  incident: IssueIncident | undefined;
}

/** What one look at the changes comes to; stored as a whole or not at all. */
export interface AlertStep {
  /** The last change that was looked at. */
  cursor: number;
  incidents: readonly Incident[];
  /** When it was taken; milliseconds since the Unix epoch. */
  at: number;
  /** Who is to be shown these incidents … */
  receivers: readonly string[];
  /** … but for these, by the key of the incident. Who has been shown one already is shown how it goes on. */
  withheld?: Readonly<Record<string, readonly string[]>>;
  /** Who is to be shown them later, and why, by the key of the incident and the receiver. */
  held?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Together with what, and when, they are shown, by the key of the incident and the receiver; absent: each by itself, and at once. */
  groupings?: Readonly<Record<string, Readonly<Record<string, Grouping>>>>;
  /** What is to stand in their timelines of how they came to be as they are, by the key of the incident … */
  timeline?: Readonly<Record<string, readonly TimelineEntry[]>>;
  /** … and of whom they are for, where that is not what stands there. */
  routed?: Readonly<Record<string, Routed>>;
}

/** An incident that somebody is, or may still be, to be shown, and what is stored of that. */
export interface StandingIncident {
  incident: Incident;
  deliveries: readonly StandingDelivery[];
}

export interface StandingDelivery {
  receiver: string;
  /** Why it waits; undefined if it does not. */
  heldBy: string | undefined;
  /** Together with what, and when, it is shown; undefined: by itself, and at once. */
  grouping?: Grouping | undefined;
  /** Whether anything of the incident was shown, or is to be in the place of another receiver. */
  wasShown: boolean;
}

/** Which incidents, the latest to begin first. */
export interface IncidentQuery {
  states?: readonly IncidentState[];
  severities?: readonly Severity[];
  service?: string;
  /** 1 to 1000. */
  limit: number;
  cursor?: string;
}

export interface AlertStore {
  /** In the order in which they happened. */
  pendingChanges(limit: number): Promise<readonly PendingChange[]>;
  /**
   * Firing incidents about issues that were last heard of before this time; or after `now`, since then the clock was set back after they were.
   */
  quietIncidents(lastHeardBefore: number, now: number, limit: number): Promise<readonly IssueIncident[]>;
  /**
   * Incidents about issues that fire, of whose service and environment a version has appeared that they do not know of. One that appeared
   * after `now` did so before the clock was set back: nothing can be said of it.
   */
  deployedIncidents(now: number, limit: number): Promise<readonly Deployed[]>;
  /** About conditions, that fire, by their keys; those behind `after`. */
  firingConditions(limit: number, after: string): Promise<readonly ConditionIncident[]>;
  /** Incidents that fire, or of which something is still to be shown, by their keys; those behind `after`. */
  standingIncidents(limit: number, after: string): Promise<readonly StandingIncident[]>;
  /**
   * Moves the cursor, stores the incidents and makes each one's delivery to each receiver wanted at its revision: one
   * transaction, so that a crash leaves either nothing done or nothing to be done again. Of an incident that ended before it was shown,
   * nothing is shown to whom it was not for, or who was to wait until then. What that comes to stands in the timeline of each.
   */
  commitStep(step: AlertStep): Promise<void>;
  /** How many incidents are firing, by alert; those without any are left out. */
  countFiring(): Promise<readonly FiringCount[]>;
}

export interface FiringCount {
  alertname: string;
  incidents: number;
}

/** Incidents, to be looked at. */
export interface IncidentList {
  /** Undefined if there is none, or none any more. */
  getIncident(key: string): Promise<Incident | undefined>;
  /** @throws InvalidCursor */
  listIncidents(query: IncidentQuery): Promise<Page<Incident>>;
  /**
   * What happened to an incident, in the order in which it did; undefined if there is no such incident. Of what would be too much, the
   * first and the last entries are kept.
   */
  readTimeline(incidentKey: string): Promise<readonly TimelineRecord[] | undefined>;
}
