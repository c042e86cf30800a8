import type { Severity } from '../../errors/error-event.ts';
import type { Condition, ConditionLink } from '../conditions/condition.ts';
import type { Labels } from '../label-set.ts';

/** An alert of somebody else, such as Prometheus, as it is posted to Alertmanager's API. Times are milliseconds since the Unix epoch. */
export interface PostedAlert {
  labels: Labels;
  annotations: Labels;
  /** Undefined: when it was first posted. */
  startsAt: number | undefined;
  /** Undefined: as long as it is posted again. */
  endsAt: number | undefined;
  generatorURL: string;
}

/** What is posted without an end is over when it was not posted again for so long: Alertmanager's `resolve_timeout`. */
export const resolveMillis = 5 * 60_000;

const most = { labels: 64, name: 128, value: 1024, annotation: 4096 };

/** Why an alert is not taken; undefined if it is. */
export function wrongWithPosted({ labels, annotations, startsAt, endsAt }: PostedAlert): string | undefined {
  const given = Object.entries(labels).filter(([, value]) => value !== '');
  if (given.length === 0) return 'at least one label pair required';
  const all = [...Object.entries(labels), ...Object.entries(annotations)];
  if (all.length > most.labels) return `more than ${most.labels} labels and annotations`;
  const wrong = all.find(([name]) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || name.length > most.name);
  if (wrong !== undefined) return `invalid name of a label or annotation: ${wrong[0].slice(0, most.name)}`;
  if (given.some(([, value]) => value.length > most.value))
    return `a label of more than ${most.value} characters`;
  if (Object.values(annotations).some((text) => text.length > most.annotation))
    return `an annotation of more than ${most.annotation} characters`;
  return startsAt !== undefined && endsAt !== undefined && endsAt < startsAt
    ? 'start time must be before end time'
    : undefined;
}

/** The same alert has the same, whatever it says. */
export function postedKey(labels: Labels): string {
  const given = Object.entries(labels).filter(([, value]) => value !== '');
  return JSON.stringify(given.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Severities of others by the names that are usual; what they call anything else is high. */
const severityOf: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  page: 'critical',
  error: 'high',
  high: 'high',
  warning: 'medium',
  medium: 'medium',
  info: 'low',
  low: 'low',
  none: 'low',
};

/** What is told of it. Its labels stay as they are, so that it is routed by them. */
export function postedCondition(alert: PostedAlert): Condition {
  const { annotations, generatorURL } = alert;
  const labels = Object.fromEntries(Object.entries(alert.labels).filter(([, value]) => value !== ''));
  const label = (name: string): string => textOf(labels, name);
  const alertname = label('alertname') || 'Alert';
  const { summary, title, description, message, runbook_url, dashboard_url } = annotations;
  const shown = Object.entries(labels).filter(
    ([name]) => !['alertname', 'service', 'severity'].includes(name),
  );
  return {
    alertname,
    severity: Object.hasOwn(severityOf, label('severity')) ? severityOf[label('severity')]! : 'high',
    service: label('service'),
    environment: label('environment'),
    subject: {},
    labels,
    title: firstOf(summary, title) ?? alertname,
    detail: firstOf(description, message) ?? '',
    facts:
      shown.length === 0 ? [] : [{ name: 'Labels', value: shown.map((pair) => pair.join('=')).join(', ') }],
    links: [
      ...linkTo('Runbook', runbook_url),
      ...linkTo('Dashboard', dashboard_url),
      ...linkTo('Source', generatorURL),
    ],
    isPosted: true,
  };
}

function firstOf(...texts: (string | undefined)[]): string | undefined {
  return texts.find((text) => text !== undefined && text !== '');
}

function textOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? labels[name]! : '';
}

function linkTo(text: string, url: string | undefined): ConditionLink[] {
  return url !== undefined && /^https?:\/\//i.test(url) && URL.canParse(url) ? [{ text, url }] : [];
}
