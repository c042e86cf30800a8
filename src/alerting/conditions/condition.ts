import type { Labels } from '../label-set.ts';
import type { Severity } from '../../errors/error-event.ts';

/** Rules about what holds for a while, by the names that are shown as `alertname`. */
export const conditionNames = [
  'HighErrorRate',
  'TelemetrySilent',
  'NeverReceived',
  'UnresolvedIssuesHigh',
  'TocsinDegraded',
  'JobFailed',
  'JobMissed',
  'TaskSuccessLow',
  'BreakerOpen',
  'ShadowBreakerOpen',
  'BreakerStuckOpen',
  'RetryStorm',
  'FeatureDegraded',
  'Watchdog',
] as const;
export type ConditionName = (typeof conditionNames)[number];

/** What a condition of a built-in rule may be about, beside the service; each is a label of its alert. */
export const subjectNames = ['operation', 'task', 'breaker', 'dependency', 'feature'] as const;

/** Something that holds now, as a rule found it. Its name, service and subject are what it is known by. */
export interface Condition {
  /** Of the rule, built in or not. */
  alertname: string;
  severity: Severity;
  /** Empty if it is about no one service. */
  service: string;
  /** As far as is known: after a start that is not, until something is heard of the service. */
  environment: string;
  /** What of the service; nothing if it is about all of it. Says the environment as well where there is one for each. */
  subject: Labels;
  /** That its rule says. */
  labels?: Labels | undefined;
  /** What is wrong, in one line that stays the same for as long as it is. */
  title: string;
  /** How much so, for the notification text; undefined if it is so or not. */
  figure?: string | undefined;
  /** What it means, or what to do. */
  detail: string;
  facts: readonly ConditionFact[];
  links?: readonly ConditionLink[] | undefined;
  /** Since when it holds, where that is known otherwise than by looking; milliseconds since the Unix epoch. */
  since?: number | undefined;
  /** The incident that tells why already. */
  explainedBy?: string | undefined;
  /** It was posted by somebody else, who says when it is over. */
  isPosted?: boolean | undefined;
  /** The one receiver that is told, whatever the routes say. */
  onlyFor?: string | undefined;
}

/** Without what the name and the tuning of its rule say. */
export type Found = Omit<Condition, 'alertname' | 'severity'>;

/** For people. */
export interface ConditionFact {
  /** Never what an app says. */
  name: string;
  value: string;
}

export interface ConditionLink {
  text: string;
  url: string;
}

/** The same for the same thing, whatever else is found of it. */
export function subjectKey({
  alertname,
  service,
  subject,
}: Pick<Condition, 'alertname' | 'service' | 'subject'>): string {
  const sorted = Object.entries(subject).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([alertname, service, ...sorted.flat()]);
}

/** Takes out of a text what is secret. */
export type Redact = (text: string) => string;

/** What it says of an app goes to people as little as what is in an event. */
export function withoutSecrets(condition: Condition, redact: Redact): Condition {
  const { subject, title, figure, detail, facts } = condition;
  return {
    ...condition,
    subject: withoutSecretsIn(subject, redact),
    title: redact(title),
    ...(figure === undefined ? {} : { figure: redact(figure) }),
    detail: redact(detail),
    facts: facts.map(({ name, value }) => ({ name, value: redact(value) })),
  };
}

export function withoutSecretsIn(labels: Labels, redact: Redact): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, redact(value)]));
}
