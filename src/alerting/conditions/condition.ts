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
  /** What is wrong, in one line that stays the same for as long as it is. */
  title: string;
  /** What it means, or what to do. */
  detail: string;
  facts: readonly ConditionFact[];
  /** Since when it holds, where that is known otherwise than by looking; milliseconds since the Unix epoch. */
  since?: number | undefined;
  /** The incident that tells why already. */
  explainedBy?: string | undefined;
}

/** Without what the name and the tuning of its rule say. */
export type Found = Omit<Condition, 'alertname' | 'severity'>;

/** For people. */
export interface ConditionFact {
  name: string;
  value: string;
}

/** The same for the same thing, whatever else is found of it. */
export function subjectKey({ alertname, service, environment, operation }: Condition): string {
  return JSON.stringify([alertname, service, environment, operation]);
}
