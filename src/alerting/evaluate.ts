import type { PendingChange } from './alert-store.ts';
import type { Incident, IssueIncident } from './incident.ts';
import { nextIncident } from './issue-incident.ts';
import type { IssueRules } from './issue-rules.ts';

/** Is told of each step from one revision of an incident to another. */
type Note = (before: Incident | undefined, after: Incident) => void;
const unnoted: Note = () => undefined;

/** The incidents that changes lead to, each in its last revision; several changes of one issue in a batch become one. */
export function evaluateChanges(
  changes: readonly PendingChange[],
  now: number,
  rules: IssueRules,
  note = unnoted,
): IssueIncident[] {
  const incidents = new Map<string, IssueIncident>();
  for (const { change, issue, incident: stored } of changes) {
    const incident = incidents.get(issue.id) ?? stored;
    const next = nextIncident(incident, change.kind, issue, now, rules);
    if (next === undefined) continue;
    note(incident, next);
    incidents.set(issue.id, next);
  }
  return [...incidents.values()];
}

export function evaluateQuiet(
  quiet: readonly IssueIncident[],
  now: number,
  rules: IssueRules,
  note = unnoted,
): IssueIncident[] {
  const ended: IssueIncident[] = [];
  for (const incident of quiet) {
    const next = nextIncident(incident, 'quiet', incident.issue, now, rules);
    if (next === undefined) continue;
    note(incident, next);
    ended.push(next);
  }
  return ended;
}
