import type { Incident } from '../alerting/incident.ts';

/** What an incident is found, routed and grouped by. Nothing in it names a pod or an instance. */
export function incidentLabels({ alertname, issue }: Incident): Record<string, string> {
  const { service, environment, severity, class: errorClass } = issue;
  return { alertname, service, environment, severity, class: errorClass };
}
