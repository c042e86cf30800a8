import { errorClasses, severities } from '../errors/error-event.ts';
import type { Issue } from '../issues/issue.ts';
import type { Subject } from '../match/matcher.ts';
import { type Condition, conditionNames, subjectNames } from './conditions/condition.ts';
import { type IssueAlertName, issueAlertNames } from './incident.ts';
import type { Labels } from './label-set.ts';

export const alertNames = [...issueAlertNames, ...conditionNames] as const;

/**
 * Every label that there is, and its values where they can be listed, with the empty one where it may be missing. None names a pod or an
 * instance: the same failure in fifty pods is one alert.
 */
export const knownLabels = {
  alertname: alertNames,
  service: undefined,
  environment: undefined,
  severity: severities,
  class: ['', ...errorClasses],
  type: undefined,
  component: undefined,
  ...(Object.fromEntries(subjectNames.map((name) => [name, undefined])) as Record<
    (typeof subjectNames)[number],
    undefined
  >),
  swallowed: ['', 'true', 'false'],
  issue: undefined,
} as const satisfies Record<string, readonly string[] | undefined>;

export function issueLabels(alertname: IssueAlertName, issue: Issue): Labels {
  const { service, environment, severity, type, component, operation, swallowed, shortId } = issue;
  return given({
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
  });
}

export function conditionLabels(condition: Condition): Labels {
  const { alertname, service, environment, severity, subject, labels } = condition;
  // What was posted has its own word for how bad it is.
  return given({ alertname, service, environment, severity, ...subject, ...labels });
}

function given(labels: Labels): Labels {
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
