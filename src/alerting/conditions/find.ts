import type { Condition, ConditionName, Found } from './condition.ts';
import type { ConditionRule, ConditionRules } from './condition-rules.ts';
import { highErrorRates } from './error-rate.ts';
import type { Facts } from './facts.ts';
import {
  breakersOpen,
  breakersStuckOpen,
  featuresDegraded,
  retryStorms,
  shadowBreakersOpen,
} from './resilience.ts';
import { jobsFailed, jobsMissed, taskSuccessLow } from './tasks.ts';
import { neverReceived, telemetrySilent, tocsinDegraded, unresolvedIssuesHigh, watchdog } from './upkeep.ts';

const finders: Record<ConditionName, (facts: Facts, rule: ConditionRule) => Found[]> = {
  HighErrorRate: highErrorRates,
  TelemetrySilent: telemetrySilent,
  NeverReceived: neverReceived,
  UnresolvedIssuesHigh: unresolvedIssuesHigh,
  TocsinDegraded: tocsinDegraded,
  JobFailed: jobsFailed,
  JobMissed: jobsMissed,
  TaskSuccessLow: taskSuccessLow,
  BreakerOpen: breakersOpen,
  ShadowBreakerOpen: shadowBreakersOpen,
  BreakerStuckOpen: breakersStuckOpen,
  RetryStorm: retryStorms,
  FeatureDegraded: featuresDegraded,
  Watchdog: watchdog,
};

/** What holds now, by all rules that are on. */
export function findConditions(facts: Facts, rules: ConditionRules): Condition[] {
  const names = Object.keys(rules) as ConditionName[];
  return names.flatMap((alertname) => {
    const rule = rules[alertname]!;
    const { severity } = rule;
    return finders[alertname](facts, rule).map((found) => ({ ...found, alertname, severity }));
  });
}
