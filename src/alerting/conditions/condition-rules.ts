import type { Severity } from '../../errors/error-event.ts';
import type { ConditionName } from './condition.ts';

/** How a rule about a condition is tuned. Times are milliseconds. */
export interface ConditionRule {
  severity: Severity;
  /** It must hold for so long before anybody is told … */
  forMillis: number;
  /** … and not hold for so long before it is over. */
  keepFiringMillis: number;
  /** `HighErrorRate`: share of the calls, above which it holds. */
  ratio: number;
  /** `HighErrorRate`: in 5 minutes; of fewer a share says little. */
  minimumCalls: number;
  /** `UnresolvedIssuesHigh`: issues, above which it holds. */
  threshold: number;
}

/** One that is missing is switched off. */
export type ConditionRules = Readonly<Partial<Record<ConditionName, ConditionRule>>>;

const second = 1_000;
const minute = 60 * second;
const unused = { ratio: 0, minimumCalls: 0, threshold: 0 };

export const conditionRuleDefaults: Readonly<Record<ConditionName, ConditionRule>> = {
  HighErrorRate: {
    ...unused,
    severity: 'high',
    forMillis: minute,
    keepFiringMillis: 5 * minute,
    ratio: 0.01,
    minimumCalls: 100,
  },
  // It is over with the first span.
  TelemetrySilent: { ...unused, severity: 'high', forMillis: 5 * minute, keepFiringMillis: 0 },
  NeverReceived: { ...unused, severity: 'medium', forMillis: 10 * minute, keepFiringMillis: 0 },
  UnresolvedIssuesHigh: {
    ...unused,
    severity: 'medium',
    forMillis: 5 * minute,
    keepFiringMillis: 30 * minute,
    threshold: 50,
  },
  TocsinDegraded: { ...unused, severity: 'high', forMillis: 2 * minute, keepFiringMillis: 2 * minute },
};
