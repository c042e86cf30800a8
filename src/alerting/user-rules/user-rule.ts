import { type Severity, severities } from '../../errors/error-event.ts';
import { type Matcher, matchesAll } from '../../match/matcher.ts';
import { type Condition, type Redact, subjectKey, withoutSecretsIn } from '../conditions/condition.ts';
import type { Facts } from '../conditions/facts.ts';
import type { Labels } from '../label-set.ts';
import { type AggregationQuery, splitWhere } from './aggregation.ts';
import { conditionTexts, type RuleTexts } from './condition-texts.ts';
import type { Groups } from './groups.ts';
import type { Figures } from './samples.ts';

/** A rule that a user has written. Times are milliseconds. */
export interface UserRule extends AggregationQuery, RuleTexts {
  /** The figures at which it holds. */
  when: readonly Matcher[];
  severity: Severity;
  forMillis: number;
  keepFiringMillis: number;
  countedMillis: number;
  /** Further labels of its alerts. */
  labels: Labels;
}

/** What all rules go by, beside samples. */
export interface Surroundings extends Pick<Facts, 'environmentOf'> {
  /** What was found before, by the subject. */
  standing: Pick<ReadonlySet<string>, 'has'>;
  redact: Redact;
}

/** Alerts of one rule: a label with more values than that is none to alert by. */
export const mostOfOneRule = 100;

/** What holds now by a rule; of too many, those that did before, and those of which there is most. @param groups as it adds them up */
export function findByUserRule(rule: UserRule, groups: Groups, around: Surroundings): Condition[] {
  const holding = selectedOf(rule, groups);
  if (holding.length === 0) return [];
  const { most } = groups;
  return mostImportant(
    holding.toSorted((a, b) => most[b]! - most[a]!),
    (each) => around.standing.has(subjectKey(identityOf(rule, groups.labelsOf(each), around))),
  ).map((each) => conditionOf(rule, groups.labelsOf(each), groups.figuresOf(each), around));
}

function selectedOf(rule: UserRule, groups: Groups): readonly number[] {
  const holding = groups.holding(rule.when);
  if (holding.length === 0) return holding;
  const { ofGroups } = splitWhere(rule);
  return holding.filter((each) => {
    const labels = groups.labelsOf(each);
    return matchesAll(ofGroups, { value: (name) => labels[name] });
  });
}

function mostImportant(sorted: readonly number[], isStanding: (each: number) => boolean): readonly number[] {
  if (sorted.length <= mostOfOneRule) return sorted;
  // Or people would be told at each look that one is over, and of another.
  return [...new Set([...sorted.filter(isStanding), ...sorted])].slice(0, mostOfOneRule);
}

function identityOf(
  { name }: UserRule,
  { service = '', ...others }: Labels,
  { redact }: Surroundings,
): Pick<Condition, 'alertname' | 'service' | 'subject'> {
  return { alertname: name, service, subject: withoutSecretsIn(others, redact) };
}

function conditionOf(rule: UserRule, labels: Labels, figures: Figures, around: Surroundings): Condition {
  const { environmentOf, redact } = around;
  const { alertname, service, subject } = identityOf(rule, labels, around);
  const environment = labels['environment'] ?? (service === '' ? '' : environmentOf(service));
  // Where there is an alert for each severity, each has its own.
  const severity = severities.find((each) => each === labels['severity']) ?? rule.severity;
  let made: ReturnType<typeof conditionTexts> | undefined;
  // Most looks find what was told already, and nobody reads what could be said of it: that would take longer than all else.
  const texts = () =>
    (made ??= conditionTexts(
      rule,
      { ...rule.labels, ...labels, environment, alertname, severity },
      figures,
      redact,
    ));
  return {
    alertname,
    severity,
    service,
    environment,
    subject,
    labels: rule.labels,
    get title() {
      return texts().title;
    },
    get detail() {
      return texts().detail;
    },
    get facts() {
      return texts().facts;
    },
    get links() {
      return texts().links;
    },
  };
}
