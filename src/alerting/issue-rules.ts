import { type Severity, severities } from '../errors/error-event.ts';
import type { Issue, IssueChangeKind } from '../issues/issue.ts';
import type { IssueAlertName, IssueIncident } from './incident.ts';

export interface IssueRule {
  /** The least severity of an issue that alerts. */
  severity: Severity;
}

/** The rules about issues; one that is missing is switched off. */
export interface IssueRules {
  rules: Readonly<Partial<Record<IssueAlertName, IssueRule>>>;
  /** Without an event for this long, an incident is over. */
  quietMillis: number;
}

/**
 * A failure alerts from `high` on. What somebody said was mended, what rises far above its own history and what nobody would ever
 * notice are worth more attention.
 */
export const issueRuleDefaults = {
  rules: {
    NewIssue: { severity: 'high' },
    IssueRegressed: { severity: 'medium' },
    IssueEscalating: { severity: 'medium' },
    SwallowedFailure: { severity: 'medium' },
  },
  quietMillis: 30 * 60_000,
} as const satisfies IssueRules;

/** In the order of what they have to say; the first that speaks gives its name to the incident. */
const byStrength: readonly IssueAlertName[] = [
  'IssueRegressed',
  'NewIssue',
  'IssueEscalating',
  'SwallowedFailure',
];

/**
 * The rules that have something to say that people were not told yet. What they go by is how the issue is and what was told of it, and
 * not by which change that came about: several things may happen to an issue at once, or while it is not severe enough.
 * @param incident what people were told of this issue before
 */
export function raisedBy(
  input: EventInput,
  issue: Issue,
  incident: IssueIncident | undefined,
  { rules }: IssueRules,
): IssueAlertName[] {
  if (issue.expected || issue.state === 'resolved' || issue.state === 'ignored') return [];
  const raised = byStrength.filter((name) => {
    const rule = rules[name];
    return rule !== undefined && isSevere(issue, rule) && isNews[name](issue, incident, input);
  });
  // One that is back is no new one.
  return raised.includes('IssueRegressed') ? raised.filter((name) => name !== 'NewIssue') : raised;
}

/** What an event can do to an issue. */
export type EventInput = Extract<
  IssueChangeKind,
  'created' | 'occurred' | 'amended' | 'regressed' | 'escalated' | 'returned'
>;

function isSevere({ severity }: Issue, rule: IssueRule): boolean {
  return severities.indexOf(severity) >= severities.indexOf(rule.severity);
}

const isNews: Record<
  IssueAlertName,
  (issue: Issue, incident: IssueIncident | undefined, input: EventInput) => boolean
> = {
  NewIssue: (_, incident) => incident === undefined,
  IssueRegressed: ({ resolvedAt }, incident) =>
    resolvedAt !== undefined && !isToldSince(incident, resolvedAt),
  // It can rise again and again.
  IssueEscalating: ({ state }, incident, input) =>
    input === 'escalated' ||
    input === 'returned' ||
    (state === 'escalating' && input !== 'occurred' && input !== 'amended' && !isFiring(incident)),
  SwallowedFailure: ({ swallowed }, incident) => swallowed && incident?.toldSwallowed !== true,
};

function isToldSince(incident: IssueIncident | undefined, time: number): boolean {
  if (incident === undefined) return false;
  return incident.state === 'firing' || incident.alerts.some(({ startsAt }) => startsAt >= time);
}

function isFiring(incident: IssueIncident | undefined): boolean {
  return (
    incident?.alerts.some((alert) => alert.alertname === 'IssueEscalating' && alert.endsAt === undefined) ===
    true
  );
}
