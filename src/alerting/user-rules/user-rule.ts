import type { Severity } from '../../errors/error-event.ts';
import { type Matcher, matchesAll } from '../../match/matcher.ts';
import type { Condition, ConditionLink } from '../conditions/condition.ts';
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

/** What holds now by a rule; of too many, those with the largest figures. */
export function findByUserRule(rule: UserRule, samples: SampleBook, facts: Facts): Condition[] {
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
  return [...groups.values()]
    .filter(({ figures }) => matchesAll(when, { value: (name) => figureOf(figures, name) }))
    .toSorted((a, b) => largest(b.figures) - largest(a.figures))
    .slice(0, mostOfOneRule)
    .map(({ sample: { labels }, figures }) => {
      const kept = Object.fromEntries(by.map((name) => [name, labels[name] ?? '']));
      return conditionOf(rule, { labels: kept, figures: withRatio(figures) }, facts);
    });
}

/** The one service that a rule is about, if it says so. */
function serviceOf({ where }: UserRule): string | undefined {
  return where.find(({ name, operator }) => name === 'service' && operator === '=')?.value;
}

function keyOf(by: readonly string[], { labels }: Sample): string {
  return JSON.stringify(by.map((name) => labels[name] ?? ''));
}

function conditionOf(rule: UserRule, { labels, figures }: Sample, { environmentOf }: Facts): Condition {
  const { service = '', environment = service === '' ? '' : environmentOf(service), ...subject } = labels;
  const { name, severity, annotations, links } = rule;
  const values = { ...rule.labels, ...labels, environment, ...figures, alertname: name, severity };
  return {
    alertname: name,
    severity,
    service,
    environment,
    subject,
    labels: rule.labels,
    title: annotations.summary?.(values) || name,
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
