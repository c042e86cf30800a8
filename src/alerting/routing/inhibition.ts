import { type Matcher, matchesAll } from '../../match/matcher.ts';
import type { Labels } from '../label-set.ts';
import { subjectOf, valueOf } from '../labels.ts';

/** Alerts that tell of a cause silence those that tell of its symptoms. */
export interface InhibitRule {
  source: readonly Matcher[];
  target: readonly Matcher[];
  /** Labels that both must have alike; one that neither has is alike. */
  equal: readonly string[];
}

/** Which alerts fire that silence others, and what they silence. */
export class Inhibitor {
  private readonly rules: readonly RuleSources[];
  /** Rises when what is silenced may have become different. */
  revision = 0;

  constructor(rules: readonly InhibitRule[]) {
    this.rules = rules.map((rule) => new RuleSources(rule));
  }

  /** @param labels of an alert that fires; undefined of one that does not, or no longer */
  note(key: string, labels: Labels | undefined): void {
    for (const rule of this.rules) if (rule.note(key, labels)) this.revision++;
  }

  /** An alert that silences this one; undefined if none does. */
  inhibitedBy(labels: Labels): string | undefined {
    for (const rule of this.rules) {
      const source = rule.sourceFor(labels);
      if (source !== undefined) return source;
    }
    return undefined;
  }
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
