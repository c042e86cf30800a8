import { type Severity, severities } from '../errors/error-event.ts';
import type { Issue, IssueState } from '../issues/issue.ts';
import type { AlertName, Incident } from './incident.ts';

export interface IssueRule {
  /** The least severity of an issue that alerts. */
  severity: Severity;
}

/** The rules about issues; one that is missing is switched off. */
export interface IssueRules {
  rules: Readonly<Partial<Record<AlertName, IssueRule>>>;
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

/** In which states of the issue a rule can have something to say. */
const states: Record<AlertName, readonly IssueState[]> = {
  // An issue that grew severe enough after it was created is as new to people as one that began so.
  NewIssue: ['new'],
  IssueRegressed: ['regressed'],
  // One that was ignored until it would have so many events is back as what it was.
  IssueEscalating: ['escalating', 'ongoing', 'new'],
  SwallowedFailure: ['new', 'ongoing', 'escalating', 'regressed'],
};

/**
 * The first of these rules that has something to say of the issue, and has not said it yet.
 * @param incident what people were told of this issue before
 */
export function raisedBy(
  names: readonly AlertName[],
  issue: Issue,
  incident: Incident | undefined,
  { rules }: IssueRules,
): AlertName | undefined {
  if (issue.expected) return undefined;
  return names.find((name) => {
    const rule = rules[name];
    if (rule === undefined || !states[name].includes(issue.state)) return false;
    return isSevere(issue, rule) && isNews(name, issue, incident);
  });
}

function isSevere({ severity }: Issue, rule: IssueRule): boolean {
  return severities.indexOf(severity) >= severities.indexOf(rule.severity);
}

/** An issue is new once, and swallowed from the first time on; it can come back and rise again and again. */
function isNews(name: AlertName, issue: Issue, incident: Incident | undefined): boolean {
  if (name === 'NewIssue') return incident === undefined;
  if (name === 'SwallowedFailure')
    return issue.swallowed && incident?.alerts.some(({ alertname }) => alertname === name) !== true;
  return true;
}
