import type { Incident } from '../../alerting/incident.ts';
import type { Issue } from '../../issues/issue.ts';
import { ActionRefused, type IssueAction } from '../../issues/issue-action.ts';
import type { ActionOutcome, ActOnIncident, IncidentActionName } from '../../notify/incident-action.ts';
import type { Clock } from '../../runtime/clock.ts';
import { withinDeadline } from '../../runtime/deadline.ts';
import type { Store } from '../../store/store.ts';

const silenceMillis = 3_600_000;
/** A store that has not answered by then may still do it. */
const patienceMillis = 10_000;

export interface IncidentActionsDependencies {
  clock: Clock;
  store: Pick<Store, 'getIncident' | 'getIssue' | 'changeIssue'>;
  /** Called when an issue has been changed: who is told of it is to be told. */
  onChanged: () => void;
  onFailed: (error: unknown) => void;
  /** Keeps people from being told of the incident for so long; undefined = that cannot be done, and is not offered. */
  silence?: ((incident: Incident, forMillis: number, by: string) => Promise<void>) | undefined;
}

/** What people can do where they are told of an incident. */
export function offeredActions({
  silence,
}: Pick<IncidentActionsDependencies, 'silence'>): IncidentActionName[] {
  return ['acknowledge', 'resolve', ...(silence === undefined ? [] : ['silence' as const]), 'ignore'];
}

/** Does to the issue of an incident what the API does to issues. */
export function incidentActions(dependencies: IncidentActionsDependencies): ActOnIncident {
  const { clock, onFailed } = dependencies;
  return async (action) => {
    try {
      return await withinDeadline(act(dependencies, action), patienceMillis, clock);
    } catch (error) {
      if (error instanceof ActionRefused) return { kind: 'refused', reason: error.message };
      onFailed(error);
      return { kind: 'failed' };
    }
  };
}

async function act(
  { clock, store, onChanged, silence }: IncidentActionsDependencies,
  { name, incidentKey, by }: Parameters<ActOnIncident>[0],
): Promise<ActionOutcome> {
  const incident = await store.getIncident(incidentKey);
  const issue = incident?.issue && (await store.getIssue(incident.issue.id));
  if (incident === undefined || (incident.issue !== undefined && issue === undefined))
    return { kind: 'unknown' };
  const reason = doneReason(name, incident, issue);
  if (reason !== undefined) return { kind: 'already', reason };
  if (name === 'silence') {
    if (silence === undefined) return { kind: 'refused', reason: 'nothing can be silenced here' };
    await silence(incident, silenceMillis, by);
  } else {
    if (issue === undefined)
      return { kind: 'refused', reason: 'it is over by itself, when it does not hold any more' };
    const changed = await store.changeIssue(issue.id, issueActions[name], by, clock.now());
    if (changed === undefined) return { kind: 'unknown' };
  }
  onChanged();
  return { kind: 'done' };
}

const issueActions: Record<Exclude<IncidentActionName, 'silence'>, IssueAction> = {
  acknowledge: { kind: 'acknowledge' },
  resolve: { kind: 'resolve', inNextVersion: false },
  ignore: { kind: 'ignore' },
};

/** Why there is nothing left to do: what is pressed may be a moment older than what the message shows; undefined if there is. */
function doneReason(
  name: IncidentActionName,
  { state, alertname }: Incident,
  issue: Issue | undefined,
): string | undefined {
  if (name === 'silence' && state === 'ended') return `${issue?.shortId ?? alertname} has ended`;
  if (issue === undefined) return undefined;
  const { shortId, acknowledgedBy, resolvedBy } = issue;
  const by = (who: string | undefined): string => (who === undefined ? '' : ` by ${who}`);
  if (issue.state === 'resolved') return `${shortId} is resolved already${by(resolvedBy)}`;
  if (issue.state === 'ignored') return `${shortId} is ignored already`;
  if (name === 'acknowledge' && issue.acknowledgedAt !== undefined)
    return `${shortId} is acknowledged already${by(acknowledgedBy)}`;
  return undefined;
}
