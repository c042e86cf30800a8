import type { Issue } from '../issues/issue.ts';
import type { ConditionIncident, Incident, IssueIncident } from './incident.ts';
import type { IssueRules } from './issue-rules.ts';
import type { Labels } from './label-set.ts';
import { issueLabels } from './labels.ts';

/** What a timeline tells of: what alerting decided, what people did, and what became of each delivery. */
export const timelineKinds = [
  'raised',
  'resumed',
  'ended',
  'deployed',
  'worsened',
  'acknowledged',
  'resolved',
  'ignored',
  'reopened',
  'routed',
  'held',
  'released',
  'dropped',
  'fallback',
  'over budget',
  'sent',
  'edited',
  'replied',
  'digested',
  'grouped',
  'skipped',
  'throttled',
  'failed',
  'refused',
  'rejected',
  'gone',
  'retried',
  'would send',
  'would edit',
  'would reply',
  'would digest',
  'would group',
] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/** One thing that happened to an incident on its way to people. No text in it that is not redacted, and no secret. */
export interface TimelineEntry {
  /** Milliseconds since the Unix epoch. */
  at: number;
  kind: TimelineKind;
  /** Whose delivery it is about; undefined: it is about the incident. */
  receiver?: string;
  /** For people. */
  reason?: string;
  /** Who did it. */
  by?: string;
  /** Of the incident, that was shown or tried to be. */
  revision?: number;
  /** Of `raised`: the rule, what it went by, and the labels by which routes and inhibition went. */
  alertname?: string;
  values?: Readonly<Record<string, string | number | boolean>>;
  labels?: Labels;
  /** Of `routed`: for whom it is, by which routes. */
  routes?: Readonly<Record<string, readonly string[]>>;
  /** Of `routed`: for whom it is not, and why. */
  withheld?: Readonly<Record<string, string>>;
}

/** An entry as it is kept: what happens again and again is one. */
export interface TimelineRecord extends Omit<TimelineEntry, 'kind'> {
  /**
   * `omitted` stands for as many entries as it counts, of which nothing is known any more; `pending`, at the end, for something that a
   * receiver is to show and does not yet.
   */
  kind: TimelineKind | 'omitted' | 'pending';
  /** When it happened for the last time. */
  lastAt: number;
  count: number;
}

/** For whom an incident is, and why not for others. */
export type Routed = Required<Pick<TimelineEntry, 'routes' | 'withheld'>>;

/** Collects what one step of alerting does to incidents, by their keys. */
export class TimelineNotes {
  readonly entries: Record<string, TimelineEntry[]> = {};
  /** Incidents that may be for others than before. */
  private readonly relabelled = new Set<string>();
  private readonly at: number;
  private readonly rules: IssueRules;

  constructor(at: number, rules: IssueRules) {
    this.at = at;
    this.rules = rules;
  }

  readonly note = (before: Incident | undefined, after: Incident): void => {
    const entries = incidentEntries(before, after, this.at, this.rules);
    if (entries.length > 0) (this.entries[after.key] ??= []).push(...entries);
    if (before === undefined || !hasSameLabels(before, after)) this.relabelled.add(after.key);
  };

  /** Of whom incidents are for, what may have to be said: most steps leave it as it was. */
  rerouted(routed: Readonly<Record<string, Routed>>): Record<string, Routed> {
    return Object.fromEntries(Object.entries(routed).filter(([key]) => this.relabelled.has(key)));
  }
}

function hasSameLabels(before: Incident, after: Incident): boolean {
  const [was, is] = [before.labels, after.labels];
  return Object.keys({ ...was, ...is }).every((name) => was[name] === is[name]);
}

/** What happened to an incident from one revision to another. */
export function incidentEntries(
  before: Incident | undefined,
  after: Incident,
  at: number,
  rules: IssueRules,
): TimelineEntry[] {
  const entries =
    after.issue === undefined
      ? raisedOnce(before, after, at)
      : [...raised(before, after, at, rules), ...changed(before, after, at)];
  if (before?.state === after.state) return entries;
  if (after.state === 'ended') entries.push({ at, kind: 'ended', reason: after.endReason ?? 'quiet' });
  else if (entries.length === 0) entries.push({ at, kind: 'resumed' });
  return entries;
}

function raised(
  before: Incident | undefined,
  { alerts, issue }: IssueIncident,
  at: number,
  { rules }: IssueRules,
): TimelineEntry[] {
  return alerts
    .filter(({ revision, endsAt }) => endsAt === undefined && revision > (before?.revision ?? 0))
    .map(({ alertname }): TimelineEntry => {
      const values = { min_severity: rules[alertname]?.severity ?? '', ...valuesOf(issue) };
      return { at, kind: 'raised', alertname, values, labels: issueLabels(alertname, issue) };
    });
}

/** What became different while it went on, and was news. */
function changed(
  before: Incident | undefined,
  { deployment, worsened, severity }: IssueIncident,
  at: number,
): TimelineEntry[] {
  const isNew = ({ revision }: { revision: number }): boolean => revision > (before?.revision ?? 0);
  const entries: TimelineEntry[] = [];
  if (deployment !== undefined && isNew(deployment))
    entries.push({ at, kind: 'deployed', reason: `${deployment.version} appeared` });
  if (worsened !== undefined && isNew(worsened))
    entries.push({ at, kind: 'worsened', reason: `${severity}; it was ${worsened.from}` });
  return entries;
}

/** What rules go by. */
function valuesOf(issue: Issue): NonNullable<TimelineEntry['values']> {
  const { severity, state, count, users, pods, swallowed, resolvedBy } = issue;
  return {
    severity,
    state,
    count,
    users,
    pods,
    swallowed,
    ...(resolvedBy === undefined ? {} : { resolved_by: resolvedBy }),
  };
}

/** A condition has one alert. */
function raisedOnce(
  before: Incident | undefined,
  { alertname, labels, condition }: ConditionIncident,
  at: number,
): TimelineEntry[] {
  if (before !== undefined) return [];
  const values = Object.fromEntries(condition.facts.map(({ name, value }) => [name, value]));
  return [{ at, kind: 'raised', alertname, values, labels }];
}

/** What became of a delivery in the step that stored its incident. */
export interface DeliveryChange {
  receiver: string;
  /** Undefined if there was none. */
  before: Waiting | undefined;
  /** Undefined if there is none now. */
  after: Waiting | undefined;
}

interface Waiting {
  /** Why it waits; undefined if it does not. */
  heldBy: string | undefined;
}

/** Why nothing is shown to a receiver now, or is again. */
export function deliveryEntries(
  { state }: Incident,
  changes: readonly DeliveryChange[],
  at: number,
): TimelineEntry[] {
  return changes.flatMap(({ receiver, before, after }): TimelineEntry[] => {
    if (after === undefined) {
      const reason = state === 'ended' ? 'it ended before it was told' : 'it is for others now';
      return before === undefined ? [] : [{ at, kind: 'dropped', receiver, reason }];
    }
    if (after.heldBy === before?.heldBy) return [];
    if (after.heldBy !== undefined) return [{ at, kind: 'held', receiver, reason: after.heldBy }];
    return [{ at, kind: 'released', receiver, reason: `no longer ${before?.heldBy}` }];
  });
}
