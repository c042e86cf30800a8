import { type Severity, severities } from '../../errors/error-event.ts';
import { type Matcher, matchesAll } from '../../match/matcher.ts';
import { type Condition, type ConditionLink, subjectKey } from '../conditions/condition.ts';
import type { Facts } from '../conditions/facts.ts';
import type { Labels } from '../label-set.ts';
import { type Figures, type Sample, type SampleBook, type SampleKind } from './samples.ts';
import type { Template } from './template.ts';

/** A rule that a user has written. Times are milliseconds. */
export interface UserRule {
  name: string;
  over: SampleKind;
  /** Which of them. */
  where: readonly Matcher[];
  /** Labels by which they are added up: an alert for each of their values. */
  by: readonly string[];
  /** The figures at which it holds. */
  when: readonly Matcher[];
  severity: Severity;
  forMillis: number;
  keepFiringMillis: number;
  countedMillis: number;
  /** Further labels of its alerts. */
  labels: Labels;
  annotations: Readonly<Partial<Record<'summary' | 'description', Template>>>;
  links: readonly { text: string; url: Template }[];
}

/** Alerts of one rule: a label with more values than that is none to alert by. */
export const mostOfOneRule = 100;

/** Samples that a rule adds up. */
interface Group {
  sample: Sample;
  /** Of the one sample, as long as it is one. */
  figures: Figures;
}

/** What holds now by a rule; of too many, those that did before, and those with the largest figures. @param standing by the subject */
export function findByUserRule(
  rule: UserRule,
  samples: SampleBook,
  facts: Facts,
  standing: Pick<ReadonlySet<string>, 'has'> = new Set(),
): Condition[] {
  const { where, when, by } = rule;
  const groups = new Map<string, Group>();
  // There may be a thousand rules, and as many samples: as little as can be is made of those that do not hold.
  for (const sample of samples.of(rule.over, serviceOf(rule))) {
    if (!matchesAll(where, { value: (name) => sample.labels[name] })) continue;
    const key = by.length === 1 ? (sample.labels[by[0]!] ?? '') : keyOf(by, sample);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { sample, figures: sample.figures });
    else group.figures = sum(group.figures, sample.figures);
  }
  const holding = [...groups.values()]
    .filter(({ figures }) => matchesAll(when, { value: (name) => figureOf(figures, name) }))
    .map((group) => ({ ...group, subject: subjectOf(rule, group.sample) }))
    .toSorted((a, b) => largest(b.figures) - largest(a.figures));
  // Or people would be told at each look that one is over, and of another.
  const before = holding.filter(
    ({ subject }) => holding.length > mostOfOneRule && standing.has(subjectKey(subject)),
  );
  return [...new Set([...before, ...holding])]
    .slice(0, mostOfOneRule)
    .map(({ subject, figures }) => conditionOf(rule, subject, withRatio(figures), facts));
}

function subjectOf(
  { name, by }: UserRule,
  { labels }: Sample,
): Pick<Condition, 'alertname' | 'service' | 'subject'> {
  const { service = '', ...subject } = Object.fromEntries(by.map((label) => [label, labels[label] ?? '']));
  return { alertname: name, service, subject };
}

/** The one service that a rule is about, if it says so. */
function serviceOf({ where }: UserRule): string | undefined {
  return where.find(({ name, operator }) => name === 'service' && operator === '=')?.value;
}

function keyOf(by: readonly string[], { labels }: Sample): string {
  return JSON.stringify(by.map((name) => labels[name] ?? ''));
}

function conditionOf(
  rule: UserRule,
  { alertname, service, subject }: Pick<Condition, 'alertname' | 'service' | 'subject'>,
  figures: Figures,
  { environmentOf }: Facts,
): Condition {
  const { environment = service === '' ? '' : environmentOf(service) } = subject;
  const { annotations, links } = rule;
  // Where there is an alert for each severity, each has its own.
  const severity = severities.find((each) => each === subject['severity']) ?? rule.severity;
  const place = rule.by.includes('service') ? { service, environment } : { environment };
  const values = { ...rule.labels, ...subject, ...place, ...figures, alertname, severity };
  return {
    alertname,
    severity,
    service,
    environment,
    subject,
    labels: rule.labels,
    title: annotations.summary?.(values) || alertname,
    detail: annotations.description?.(values) ?? '',
    facts: Object.entries(figures).map(([figure, value]) => ({ name: figure, value: figureText(value) })),
    links: links.flatMap(({ text, url }): ConditionLink[] => {
      const made = url(values);
      return /^https?:\/\//i.test(made) && URL.canParse(made) ? [{ text, url: made }] : [];
    }),
  };
}

function sum(one: Figures, other: Figures): Figures {
  return Object.fromEntries(Object.entries(one).map(([name, value]) => [name, value + (other[name] ?? 0)]));
}

/** A share cannot be added up: it is of the sums. */
function figureOf(figures: Figures, name: string): number | undefined {
  const { [name]: value, failed = 0 } = figures;
  if (name !== 'failed_ratio') return value;
  const all = figures['calls'] ?? figures['runs'] ?? 0;
  return all === 0 ? 0 : failed / all;
}

function withRatio(figures: Figures): Figures {
  return 'failed' in figures ? { ...figures, failed_ratio: figureOf(figures, 'failed_ratio')! } : figures;
}

function largest(figures: Figures): number {
  return Math.max(...Object.values(figures));
}

function figureText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
