import type { Deployment, IssueIncident } from './incident.ts';

/** An incident that goes on, and the newest version that has appeared since it began and since people were told of one. */
export interface Deployed extends Pick<Deployment, 'version' | 'at'> {
  incident: IssueIncident;
}

/** Whoever follows an incident is to know that something was done, and whether it helped. It was not heard of for that. */
export function evaluateDeployments(
  deployed: readonly Deployed[],
  note: (before: IssueIncident, after: IssueIncident) => void,
): IssueIncident[] {
  return deployed.map(({ incident, version, at }) => {
    const revision = incident.revision + 1;
    const next = withOutcome({ ...incident, revision, deployment: { version, at, revision } });
    note(incident, next);
    return next;
  });
}

/** Says of what was deployed that it did not help, once that is known. */
export function withOutcome(incident: IssueIncident): IssueIncident {
  const { deployment, issue, revision } = incident;
  if (deployment?.version !== issue.lastVersion || deployment.outlastedRevision !== undefined)
    return incident;
  return { ...incident, deployment: { ...deployment, outlastedRevision: revision } };
}
