import type { Severity } from '../../errors/error-event.ts';
import type { ConditionName } from './condition.ts';

/** Milliseconds. */
export interface Timing {
  /** It must hold for so long before anybody is told … */
  forMillis: number;
  /** … and not hold for so long before it is over. */
  keepFiringMillis: number;
  /** Of so much time it goes by what was counted: for so long after a start that is not known. */
  countedMillis?: number;
}

/** Of the rules that are on, by their names. */
export type Timings = Readonly<Partial<Record<string, Timing>>>;

/** How a built-in rule about a condition is tuned. */
export interface ConditionRule extends Timing {
  severity: Severity;
  /** `HighErrorRate`, `TaskSuccessLow`: share of the calls or runs that may fail. */
  ratio: number;
  /** `HighErrorRate`: calls in 5 minutes, `TaskSuccessLow`: runs in an hour; of fewer a share says little. */
  minimum: number;
  /** `UnresolvedIssuesHigh`: issues, above which it holds. */
  threshold: number;
  /** `Watchdog`: who is told, and nobody else. */
  receiver: string;
}

/** One that is missing is switched off. */
export type ConditionRules = Readonly<Partial<Record<ConditionName, ConditionRule>>>;

const second = 1_000;
const minute = 60 * second;

/** One that tells at once, and is over at once: what its facts say is no measurement. */
const plain = {
  severity: 'high',
  forMillis: 0,
  keepFiringMillis: 0,
  ratio: 0,
  minimum: 0,
  threshold: 0,
  receiver: '',
} as const satisfies ConditionRule;

export const conditionRuleDefaults: Readonly<Record<ConditionName, ConditionRule>> = {
  HighErrorRate: {
    ...plain,
    forMillis: minute,
    keepFiringMillis: 5 * minute,
    countedMillis: 5 * minute,
    ratio: 0.01,
    minimum: 100,
  },
  TelemetrySilent: { ...plain, forMillis: 5 * minute },
  NeverReceived: { ...plain, severity: 'medium', forMillis: 10 * minute },
  UnresolvedIssuesHigh: {
    ...plain,
    severity: 'medium',
    forMillis: 5 * minute,
    keepFiringMillis: 30 * minute,
    threshold: 50,
  },
  TocsinDegraded: { ...plain, forMillis: 2 * minute, keepFiringMillis: 2 * minute },
  JobFailed: plain,
  JobMissed: plain,
  TaskSuccessLow: {
    ...plain,
    severity: 'medium',
    forMillis: minute,
    keepFiringMillis: 15 * minute,
    countedMillis: 60 * minute,
    ratio: 0.05,
    minimum: 20,
  },
  BreakerOpen: { ...plain, keepFiringMillis: minute },
  ShadowBreakerOpen: { ...plain, severity: 'medium', keepFiringMillis: minute },
  BreakerStuckOpen: { ...plain, severity: 'critical', forMillis: 5 * minute },
  RetryStorm: { ...plain, forMillis: 30 * second, keepFiringMillis: 2 * minute },
  FeatureDegraded: { ...plain, severity: 'medium' },
  Watchdog: { ...plain, severity: 'low' },
};

/** Of a breaker that nobody has built there is news only for who asks for it. */
export const offByDefault: readonly ConditionName[] = ['ShadowBreakerOpen', 'Watchdog'];
