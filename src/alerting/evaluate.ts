import type { PendingChange } from './alert-store.ts';
import type { IssueIncident } from './incident.ts';
import { nextIncident } from './issue-incident.ts';
import type { IssueRules } from './issue-rules.ts';

/** The incidents that changes lead to, each in its last revision; several changes of one issue in a batch become one. */
export function evaluateChanges(
  changes: readonly PendingChange[],
  now: number,
  rules: IssueRules,
): IssueIncident[] {
  const incidents = new Map<string, IssueIncident>();
  for (const { change, issue, incident: stored } of changes) {
    const incident = incidents.get(issue.id) ?? stored;
    const next = nextIncident(incident, change.kind, issue, now, rules);
    if (next !== undefined) incidents.set(issue.id, next);
  }
  return [...incidents.values()];
}

export function evaluateQuiet(
  quiet: readonly IssueIncident[],
  now: number,
  rules: IssueRules,
): IssueIncident[] {
  const ended: IssueIncident[] = [];
  for (const incident of quiet) {
    const next = nextIncident(incident, 'quiet', incident.issue, now, rules);
    if (next !== undefined) ended.push(next);
  }
  return ended;
}
