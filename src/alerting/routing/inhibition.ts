import { type Matcher, matchesAll } from '../../match/matcher.ts';
import type { Condition } from '../conditions/condition.ts';
import type { Labels } from '../label-set.ts';
import { subjectOf, valueOf } from '../labels.ts';

/** Alerts that tell of a cause silence those that tell of its symptoms. */
export interface InhibitRule {
  source: readonly Matcher[];
  target: readonly Matcher[];
  /** Labels that both must have alike; one that neither has is alike. */
  equal: readonly string[];
}

/** Of an alert that fires, what decides who is told of it. */
export interface FiringAlert {
  key: string;
  labels: Labels;
  condition?: Pick<Condition, 'explainedBy' | 'onlyFor'> | undefined;
}

/** Which alerts fire that silence others, and what they silence. */
export class Inhibitor {
  private readonly rules: readonly RuleSources[];
  private readonly known: readonly RuleSources[];
  private readonly alerts = new Map<string, FiringAlert>();
  /** How many alerts name one as what explains them, by its key. */
  private readonly explaining = new Map<string, number>();
  /** Rises when what is silenced may have become different. */
  revision = 0;

  /** @param known causes that Tocsin knows itself */
  constructor(rules: readonly InhibitRule[], known: readonly InhibitRule[] = []) {
    this.rules = rules.map((rule) => new RuleSources(rule));
    this.known = known.map((rule) => new RuleSources(rule));
  }

  /** @param labels of an alert that fires; undefined of one that does not, or no longer */
  note(key: string, labels: Labels | undefined, condition?: FiringAlert['condition']): void {
    for (const rule of [...this.rules, ...this.known]) if (rule.note(key, labels)) this.revision++;
    const before = this.alerts.get(key);
    if (labels === undefined) this.alerts.delete(key);
    else {
      const { explainedBy, onlyFor } = condition ?? {};
      this.alerts.set(key, { key, labels, condition: { explainedBy, onlyFor } });
    }
    this.count(before?.condition?.explainedBy, -1);
    this.count(this.alerts.get(key)?.condition?.explainedBy, 1);
    // Who is told of a cause decides who is told of what it explains.
    const isCause = this.explaining.has(key) || this.known.some((rule) => rule.hasSource(key));
    if (isCause && !isSame(before?.labels, labels)) this.revision++;
  }

  /** An alert that fires. */
  firing(key: string): FiringAlert | undefined {
    return this.alerts.get(key);
  }

  /** An alert that silences this one by a rule of the user's; undefined if none does. */
  inhibitedBy(labels: Labels): string | undefined {
    return firstSource(this.rules, labels);
  }

  /** An alert that is known to be why this one fires; undefined if none is. */
  explainedBy(labels: Labels): string | undefined {
    return firstSource(this.known, labels);
  }

  private count(cause: string | undefined, more: 1 | -1): void {
    if (cause === undefined) return;
    const count = (this.explaining.get(cause) ?? 0) + more;
    if (count > 0) this.explaining.set(cause, count);
    else this.explaining.delete(cause);
  }
}

function firstSource(rules: readonly RuleSources[], labels: Labels): string | undefined {
  for (const rule of rules) {
    const source = rule.sourceFor(labels);
    if (source !== undefined) return source;
  }
  return undefined;
}

function isSame(one: Labels | undefined, other: Labels | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The sources of one rule that fire, by what they must have in common with their targets. */
class RuleSources {
  private readonly rule: InhibitRule;
  private readonly groupOf = new Map<string, string>();
  private readonly groups = new Map<string, Map<string, { isTarget: boolean }>>();

  constructor(rule: InhibitRule) {
    this.rule = rule;
  }

  /** @returns whether it makes a difference */
  note(key: string, labels: Labels | undefined): boolean {
    const isSource = labels !== undefined && matchesAll(this.rule.source, subjectOf(labels));
    const group = isSource ? this.group(labels) : undefined;
    const isTarget = isSource && matchesAll(this.rule.target, subjectOf(labels));
    const before = this.groupOf.get(key);
    if (before === group && (group === undefined || this.groups.get(group)?.get(key)?.isTarget === isTarget))
      return false;
    if (before !== undefined) this.forget(key, before);
    if (group !== undefined) {
      const sources = this.groups.get(group) ?? new Map<string, { isTarget: boolean }>();
      this.groups.set(group, sources.set(key, { isTarget }));
      this.groupOf.set(key, group);
    }
    return true;
  }

  hasSource(key: string): boolean {
    return this.groupOf.has(key);
  }

  sourceFor(labels: Labels): string | undefined {
    const subject = subjectOf(labels);
    if (this.groups.size === 0 || !matchesAll(this.rule.target, subject)) return undefined;
    // An alert that matches both sides is not silenced by another of the kind: two of them would silence each other.
    const isTwoSided = matchesAll(this.rule.source, subject);
    for (const [key, { isTarget }] of this.groups.get(this.group(labels)) ?? [])
      if (!isTwoSided || !isTarget) return key;
    return undefined;
  }

  private group(labels: Labels): string {
    return JSON.stringify(this.rule.equal.map((name) => valueOf(labels, name)));
  }

  private forget(key: string, group: string): void {
    const sources = this.groups.get(group);
    sources?.delete(key);
    if (sources?.size === 0) this.groups.delete(group);
    this.groupOf.delete(key);
  }
}
