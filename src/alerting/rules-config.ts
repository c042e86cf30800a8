import * as z from 'zod';
import { duration } from '../config/scalars.ts';
import { severities } from '../errors/error-event.ts';
import { type ConditionName, conditionNames } from './conditions/condition.ts';
import {
  type ConditionRule,
  type ConditionRules,
  conditionRuleDefaults,
  offByDefault,
} from './conditions/condition-rules.ts';
import { type IssueAlertName, issueAlertNames } from './incident.ts';
import { type IssueRules, issueRuleDefaults } from './issue-rules.ts';
import { userRuleKeys, userRuleMistakes } from './user-rules/config.ts';
import { countedMillis } from './user-rules/samples.ts';
import type { UserRule } from './user-rules/user-rule.ts';

type BuiltInName = IssueAlertName | ConditionName;
const builtInNames: readonly BuiltInName[] = [...issueAlertNames, ...conditionNames];
const leastQuietMillis = 60_000;
const severityError = { error: `not one of: ${severities.join(', ')}` };

const tuning = {
  min_severity: z
    .enum(severities, severityError)
    .describe(
      'of rules about issues: the least severity of an issue that alerts; `high` of `NewIssue`, `medium` of the others',
    ),
  quiet: duration()
    .refine((millis) => millis >= leastQuietMillis, 'less than a minute: every incident would end at once')
    .describe('of `NewIssue`: without a further event for so long, 30m, an incident is over'),
  severity: z.enum(severities, severityError).describe('of the others: how bad it is'),
  for: duration().describe('it must hold for so long before anybody is told'),
  keep_firing_for: duration().describe('it must not hold for so long before it is over'),
  ratio: z
    .number()
    .gt(0, 'not above 0')
    .lt(1, 'not below 1: 0.01 is one percent')
    .describe(
      'the share that may fail: of `HighErrorRate` of the calls, 0.01, of `TaskSuccessLow` of the runs, 0.05',
    ),
  minimum_calls: z
    .int()
    .min(1)
    .describe('of `HighErrorRate`: of fewer calls in 5 minutes, 100, a share says little'),
  minimum_runs: z
    .int()
    .min(1)
    .describe('of `TaskSuccessLow`: of fewer runs in an hour, 20, a share says little'),
  threshold: z.int().min(0).describe('of `UnresolvedIssuesHigh`: so many issues, 50, may be unresolved'),
  receiver: z
    .string()
    .min(1)
    .describe('of `Watchdog`, which is off without it: who is told, and nobody else'),
  ...userRuleKeys,
};
type TuningKey = keyof typeof tuning;

const ofCondition = ['severity', 'for'] as const;
/** What can be tuned of each. */
const keysOf: Record<BuiltInName, readonly TuningKey[]> = {
  NewIssue: ['min_severity', 'quiet'],
  IssueRegressed: ['min_severity'],
  IssueEscalating: ['min_severity'],
  SwallowedFailure: ['min_severity'],
  HighErrorRate: [...ofCondition, 'keep_firing_for', 'ratio', 'minimum_calls'],
  TelemetrySilent: ofCondition,
  NeverReceived: ofCondition,
  UnresolvedIssuesHigh: [...ofCondition, 'keep_firing_for', 'threshold'],
  TocsinDegraded: [...ofCondition, 'keep_firing_for'],
  JobFailed: ofCondition,
  JobMissed: ofCondition,
  TaskSuccessLow: [...ofCondition, 'keep_firing_for', 'ratio', 'minimum_runs'],
  BreakerOpen: [...ofCondition, 'keep_firing_for'],
  ShadowBreakerOpen: [...ofCondition, 'keep_firing_for'],
  BreakerStuckOpen: ofCondition,
  RetryStorm: [...ofCondition, 'keep_firing_for'],
  FeatureDegraded: ofCondition,
  Watchdog: ['severity', 'receiver'],
};
const keysOfOwn: readonly TuningKey[] = [
  ...ofCondition,
  'keep_firing_for',
  ...(Object.keys(userRuleKeys) as (keyof typeof userRuleKeys)[]),
];

type Optional<Shape extends Record<string, z.ZodType>> = { [Key in keyof Shape]: z.ZodOptional<Shape[Key]> };

const ruleSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'not a name of a rule: up to 64 letters, digits and _')
      .describe('of a built-in rule, or with `over` of one of your own'),
    enabled: z
      .boolean()
      .optional()
      .describe('false switches the rule off, true one on that is off by itself: `ShadowBreakerOpen`'),
    ...(Object.fromEntries(
      Object.entries(tuning).map(([key, schema]) => [key, schema.optional()]),
    ) as Optional<typeof tuning>),
  })
  .superRefine((rule, context) => {
    for (const { path, message } of mistakes(rule)) context.addIssue({ code: 'custom', path, message });
  });

type WrittenRule = z.infer<typeof ruleSchema>;

function* mistakes(rule: WrittenRule): Generator<{ path: (string | number)[]; message: string }> {
  const { name, over } = rule;
  const builtIn = isBuiltIn(name) ? keysOf[name] : undefined;
  if (builtIn === undefined && over === undefined) {
    const message = `not a rule: one of ${builtInNames.join(', ')}; one of your own says what it is over (over)`;
    yield { path: ['name'], message };
    return;
  }
  const known = builtIn ?? keysOfOwn;
  for (const key of Object.keys(tuning) as TuningKey[]) {
    if (rule[key] === undefined || known.includes(key)) continue;
    const message =
      builtIn !== undefined && key === 'over'
        ? `${name} is a built-in rule: give your own another name`
        : `${builtIn === undefined ? 'a rule of your own' : name} has no such thing: it has ${known.join(', ')}`;
    yield { path: [key], message };
  }
  if (builtIn === undefined) yield* userRuleMistakes(rule);
  if (name === 'Watchdog' && rule.enabled !== false && rule.receiver === undefined)
    yield { path: ['name'], message: 'a watchdog is for one receiver: name it (receiver)' };
  if (name === 'TelemetrySilent' && rule.for !== undefined && rule.for < leastQuietMillis)
    yield {
      path: ['for'],
      message: 'less than a minute: SDKs send every few seconds, or only once a minute',
    };
}

function isBuiltIn(name: string): name is BuiltInName {
  return (builtInNames as readonly string[]).includes(name);
}

export const rulesSchema = z
  .array(ruleSchema)
  .max(1000, 'more than 1000 rules')
  .default([])
  .describe('built-in rules that are to be otherwise, by name, and rules of your own')
  .superRefine(
    (rules: readonly ({ name?: unknown } | undefined)[], context) => {
      const named = rules.map((rule) => rule?.name);
      for (const [i, name] of named.entries()) {
        if (typeof name !== 'string' || named.indexOf(name) === i) continue;
        context.addIssue({ code: 'custom', path: [i, 'name'], message: 'another entry is about this rule' });
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  );

/** All rules that are on, as they are tuned. */
export interface Rules {
  issues: IssueRules;
  conditions: ConditionRules;
  /** Those that the user has written. */
  own: readonly UserRule[];
}

export type RulesConfig = z.infer<typeof rulesSchema>;

export function rulesOf(configured: RulesConfig): Rules {
  const find = (name: BuiltInName): WrittenRule | undefined => configured.find((rule) => rule.name === name);
  const isOn = (name: BuiltInName): boolean => {
    const rule = find(name);
    const isByItself =
      !(offByDefault as readonly BuiltInName[]).includes(name) || rule?.receiver !== undefined;
    return rule?.enabled ?? isByItself;
  };
  const issueRule = (name: IssueAlertName): object => ({
    severity: find(name)?.min_severity ?? issueRuleDefaults.rules[name].severity,
  });
  const table = <Name extends BuiltInName>(all: readonly Name[], rule: (name: Name) => object): object =>
    Object.fromEntries(all.filter(isOn).map((name) => [name, rule(name)]));
  return {
    issues: {
      rules: table(issueAlertNames, issueRule),
      quietMillis: find('NewIssue')?.quiet ?? issueRuleDefaults.quietMillis,
    },
    conditions: table(conditionNames, (name) => conditionRule(name, find(name))),
    own: configured.filter(({ name, enabled }) => !isBuiltIn(name) && enabled !== false).map(userRule),
  };
}

function conditionRule(name: ConditionName, tuned: WrittenRule | undefined): ConditionRule {
  const defaults = conditionRuleDefaults[name];
  return {
    ...defaults,
    severity: tuned?.severity ?? defaults.severity,
    forMillis: tuned?.for ?? defaults.forMillis,
    keepFiringMillis: tuned?.keep_firing_for ?? defaults.keepFiringMillis,
    ratio: tuned?.ratio ?? defaults.ratio,
    minimum: tuned?.minimum_calls ?? tuned?.minimum_runs ?? defaults.minimum,
    receiver: tuned?.receiver ?? '',
    threshold: tuned?.threshold ?? defaults.threshold,
  };
}

function userRule(written: WrittenRule): UserRule {
  const { name, over = 'calls', where = [], by = ['service'], when = [], labels = {} } = written;
  const { summary, description } = written.annotations ?? {};
  const { runbook, dashboard } = written;
  return {
    name,
    over,
    where,
    by,
    when,
    severity: written.severity ?? 'high',
    forMillis: written.for ?? 0,
    keepFiringMillis: written.keep_firing_for ?? 0,
    countedMillis: countedMillis[over],
    labels,
    annotations: { ...(summary && { summary }), ...(description && { description }) },
    links: [
      ...(runbook === undefined ? [] : [{ text: 'Runbook', url: runbook }]),
      ...(dashboard === undefined ? [] : [{ text: 'Dashboard', url: dashboard }]),
    ],
  };
}
