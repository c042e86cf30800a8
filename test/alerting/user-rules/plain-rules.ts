import type { Condition } from '../../../src/alerting/conditions/condition.ts';
import { subjectKey } from '../../../src/alerting/conditions/condition.ts';
import type { Facts } from '../../../src/alerting/conditions/facts.ts';
import type { SampleKind } from '../../../src/alerting/user-rules/samples.ts';
import { mostOfOneRule, type UserRule } from '../../../src/alerting/user-rules/user-rule.ts';
import type { Severity } from '../../../src/errors/error-event.ts';
import type { Issue } from '../../../src/issues/issue.ts';
import { matchesAll } from '../../../src/match/matcher.ts';

/*
 * What rules mean, written down as plainly as can be: the judge of what is fast. Nothing is remembered, and everything is made anew.
 */

interface Sample {
  labels: Record<string, string>;
  figures: Record<string, number>;
}

/** What holds now by these rules, in their order. */
export function findPlainly(
  rules: readonly UserRule[],
  facts: Facts,
  standing: Pick<ReadonlySet<string>, 'has'>,
): Condition[] {
  return rules.flatMap((rule) => {
    const groups = new Map<string, Sample[]>();
    for (const sample of samplesOf(rule.over, facts)) {
      const key = JSON.stringify(rule.by.map((name) => sample.labels[name]));
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      if (matchesAll(rule.where, { value: (name) => sample.labels[name] })) group.push(sample);
    }
    const holding = [...groups.values()]
      .filter((samples) => samples.length > 0)
      .map((samples) => ({ subject: subjectOf(rule, samples[0]!), figures: sumOf(rule.over, samples) }))
      .filter(({ figures }) => matchesAll(rule.when, { value: (name) => figures[name] }))
      .map((each) => ({ ...each, key: subjectKey({ alertname: rule.name, ...each.subject }) }))
      .toSorted((a, b) => mostOf(b.figures) - mostOf(a.figures));
    const isCut = holding.length > mostOfOneRule;
    const first = holding.filter(({ key }) => isCut && standing.has(key));
    return [...first, ...holding.filter((each) => !first.includes(each))]
      .slice(0, mostOfOneRule)
      .map(({ subject, figures }) => conditionOf(rule, subject, figures, facts));
  });
}

/** How much there is in all stands first. */
function mostOf(figures: Record<string, number>): number {
  return Object.values(figures)[0]!;
}

function samplesOf(kind: SampleKind, facts: Facts): Sample[] {
  const { calls, runs, activeIssues, openIssues, resilience, environmentOf } = facts;
  const place = ({ service }: { service: string }) => ({ service, environment: environmentOf(service) });
  const ofIssue = (issue: Issue) => {
    const { service, environment, severity, type, component, operation, state, swallowed } = issue;
    const { class: errorClass } = issue;
    const texts = { service, environment, severity, class: errorClass, type, component, operation, state };
    return { ...texts, swallowed: String(swallowed) };
  };
  switch (kind) {
    case 'calls':
      return calls.map((rate) => ({
        labels: { ...place(rate), operation: rate.operation },
        figures: { ...rate.recent },
      }));
    case 'runs':
      return runs.map((rate) => ({
        labels: { ...place(rate), task: rate.operation },
        figures: {
          runs: rate.recent.calls + rate.before.calls,
          failed: rate.recent.failed + rate.before.failed,
        },
      }));
    case 'events':
      return activeIssues.map(({ issue, events }) => ({ labels: ofIssue(issue), figures: { events } }));
    case 'issues':
      return openIssues.map((issue) => ({ labels: ofIssue(issue), figures: { issues: 1 } }));
    case 'breakers':
      return resilience.openBreakers.map((breaker) => ({
        labels: { ...place(breaker), breaker: breaker.name, shadow: breaker.isShadow ? 'true' : 'false' },
        figures: { open: 1, failed_probes: breaker.failedProbes, refused: breaker.calls },
      }));
    case 'retries':
      return resilience.recentRetries.map((recent) => ({
        labels: { ...place(recent), dependency: recent.dependency },
        figures: { attempts: recent.attempts, retries: recent.retries },
      }));
  }
}

function sumOf(kind: SampleKind, samples: readonly Sample[]): Record<string, number> {
  const sum = (name: string): number => samples.reduce((all, { figures }) => all + figures[name]!, 0);
  if (kind === 'events' || kind === 'issues') return { [kind]: sum(kind) };
  if (kind === 'breakers')
    return { open: sum('open'), failed_probes: sum('failed_probes'), refused: sum('refused') };
  const [whole, part, ratio] =
    kind === 'retries' ? ['attempts', 'retries', 'retry_ratio'] : [kind, 'failed', 'failed_ratio'];
  const [all, some] = [sum(whole), sum(part)];
  return { [whole]: all, [part]: some, [ratio]: all === 0 ? 0 : some / all };
}

function subjectOf(
  { by }: UserRule,
  { labels }: Sample,
): { service: string; subject: Record<string, string> } {
  const { service = '', ...subject } = Object.fromEntries(by.map((name) => [name, labels[name]!]));
  return { service, subject };
}

function conditionOf(
  rule: UserRule,
  { service, subject }: ReturnType<typeof subjectOf>,
  figures: Record<string, number>,
  { environmentOf }: Facts,
): Condition {
  const { name: alertname, labels, annotations, links } = rule;
  const environment = subject['environment'] ?? (service === '' ? '' : environmentOf(service));
  const severity = (subject['severity'] ?? rule.severity) as Severity;
  const place = rule.by.includes('service') ? { service, environment } : { environment };
  const values = { ...labels, ...subject, ...place, ...figures, alertname, severity };
  return {
    alertname,
    severity,
    service,
    environment,
    subject,
    labels,
    title: annotations.summary?.(values) || alertname,
    detail: annotations.description?.(values) ?? '',
    facts: Object.entries(figures).map(([name, value]) => ({
      name,
      value: Number.isInteger(value) ? String(value) : value.toPrecision(3),
    })),
    links: links.map(({ text, url }) => ({ text, url: url(values) })),
  };
}
