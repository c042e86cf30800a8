import type { Severity } from '../../errors/error-event.ts';

/** Rules about what holds for a while, by the names that are shown as `alertname`. */
export const conditionNames = [
  'HighErrorRate',
  'TelemetrySilent',
  'NeverReceived',
  'UnresolvedIssuesHigh',
  'TocsinDegraded',
] as const;
export type ConditionName = (typeof conditionNames)[number];

/** Something that holds now, as a rule found it. Its name, service, environment and operation are what it is known by. */
export interface Condition {
  alertname: ConditionName;
  severity: Severity;
  /** Empty if it is about no one service. */
  service: string;
  environment: string;
  /** Empty if it is about all of them. */
  operation: string;
  /** What is wrong, in one line. */
  title: string;
  /** What it means, or what to do. */
  detail: string;
  facts: readonly ConditionFact[];
}

/** For people. */
export interface ConditionFact {
  name: string;
  value: string;
}
