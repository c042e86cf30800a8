import { errorClasses, severities } from '../errors/error-event.ts';
import type { Subject } from '../match/matcher.ts';
import { alertNames, type Incident } from './incident.ts';

/** What an alert is told, grouped and inhibited by. One that it does not have counts as empty. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Every label that there is, and its values where they can be listed: such a label is never empty. None names a pod or an instance: the
 * same failure in fifty pods is one alert.
 */
export const knownLabels = {
  alertname: alertNames,
  service: undefined,
  environment: undefined,
  severity: severities,
  class: errorClasses,
  type: undefined,
  component: undefined,
  operation: undefined,
  swallowed: ['true', 'false'],
  issue: undefined,
} as const satisfies Record<string, readonly string[] | undefined>;

type LabelName = keyof typeof knownLabels;

export function labelsOf({ alertname, issue }: Incident): Labels {
  const { service, environment, severity, type, component, operation, swallowed, shortId } = issue;
  const labels: Record<LabelName, string> = {
    alertname,
    service,
    environment,
    severity,
    class: issue.class,
    type,
    component,
    operation,
    swallowed: String(swallowed),
    issue: shortId,
  };
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}

/** For matchers. */
export function subjectOf(labels: Labels): Subject {
  return { value: (name) => valueOf(labels, name) };
}

/** Empty if it is not there: Alertmanager makes no difference between the two. */
export function valueOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? labels[name]! : '';
}
