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
import { type AlertName, type IssueAlertName, issueAlertNames } from './incident.ts';
import { type IssueRules, issueRuleDefaults } from './issue-rules.ts';

const leastQuietMillis = 60_000;
const names = [...issueAlertNames, ...conditionNames] as const;
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
  receiver: z
    .string()
    .min(1)
    .describe('of `Watchdog`, which is off without it: who is told, and nobody else'),
  threshold: z.int().min(0).describe('of `UnresolvedIssuesHigh`: so many issues, 50, may be unresolved'),
};
type TuningKey = keyof typeof tuning;

const ofCondition = ['severity', 'for'] as const;
/** What can be tuned of each. */
const keysOf: Record<AlertName, readonly TuningKey[]> = {
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

const ruleSchema = z
  .strictObject({
    name: z.enum(names, { error: `not a rule: one of ${names.join(', ')}` }).describe('of a built-in rule'),
    enabled: z
      .boolean()
      .optional()
      .describe('false switches the rule off, true one on that is off by itself: `ShadowBreakerOpen`'),
    min_severity: tuning.min_severity.optional(),
    quiet: tuning.quiet.optional(),
    severity: tuning.severity.optional(),
    for: tuning.for.optional(),
    keep_firing_for: tuning.keep_firing_for.optional(),
    ratio: tuning.ratio.optional(),
    minimum_calls: tuning.minimum_calls.optional(),
    minimum_runs: tuning.minimum_runs.optional(),
    receiver: tuning.receiver.optional(),
    threshold: tuning.threshold.optional(),
  })
  .superRefine((rule, context) => {
    const known = keysOf[rule.name];
    for (const key of Object.keys(tuning) as TuningKey[]) {
      if (rule[key] === undefined || known.includes(key)) continue;
      const message = `${rule.name} has no such thing: it has ${known.join(', ')}`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
    if (rule.name === 'Watchdog' && rule.enabled !== false && rule.receiver === undefined)
      context.addIssue({
        code: 'custom',
        path: ['name'],
        message: 'a watchdog is for one receiver: name it (receiver)',
      });
    if (rule.name === 'TelemetrySilent' && rule.for !== undefined && rule.for < leastQuietMillis)
      context.addIssue({
        code: 'custom',
        path: ['for'],
        message: 'less than a minute: SDKs send every few seconds, or only once a minute',
      });
  });

export const rulesSchema = z
  .array(ruleSchema)
  .default([])
  .describe('built-in rules that are to be otherwise, by name')
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
}

type Configured = z.infer<typeof rulesSchema>;

export function rulesOf(configured: Configured): Rules {
  const find = (name: AlertName): Configured[number] | undefined =>
    configured.find((rule) => rule.name === name);
  const isOn = (name: AlertName): boolean => {
    const rule = find(name);
    const isByItself = !(offByDefault as readonly AlertName[]).includes(name) || rule?.receiver !== undefined;
    return rule?.enabled ?? isByItself;
  };
  const issueRule = (name: IssueAlertName): object => ({
    severity: find(name)?.min_severity ?? issueRuleDefaults.rules[name].severity,
  });
  const table = <Name extends AlertName>(all: readonly Name[], rule: (name: Name) => object): object =>
    Object.fromEntries(all.filter(isOn).map((name) => [name, rule(name)]));
  return {
    issues: {
      rules: table(issueAlertNames, issueRule),
      quietMillis: find('NewIssue')?.quiet ?? issueRuleDefaults.quietMillis,
    },
    conditions: table(conditionNames, (name) => conditionRule(name, find(name))),
  };
}

function conditionRule(name: ConditionName, tuned: Configured[number] | undefined): ConditionRule {
  const defaults = conditionRuleDefaults[name];
  return {
    severity: tuned?.severity ?? defaults.severity,
    forMillis: tuned?.for ?? defaults.forMillis,
    keepFiringMillis: tuned?.keep_firing_for ?? defaults.keepFiringMillis,
    ratio: tuned?.ratio ?? defaults.ratio,
    minimum: tuned?.minimum_calls ?? tuned?.minimum_runs ?? defaults.minimum,
    receiver: tuned?.receiver ?? '',
    threshold: tuned?.threshold ?? defaults.threshold,
  };
}
