import type { Condition } from '../../../src/alerting/conditions/condition.ts';
import { type Facts, noResilienceFacts } from '../../../src/alerting/conditions/facts.ts';
import type { CallRate } from '../../../src/derive/call-rates.ts';

export const second = 1_000;
export const minute = 60 * second;
export const start = Date.UTC(2026, 0, 2);

/** Facts of which nothing is to be told, but for what is given. */
export function facts(given: Partial<Facts> = {}): Facts {
  return {
    now: start,
    listeningMillis: 60 * minute,
    hasHeard: true,
    calls: [],
    apps: [],
    environmentOf: () => 'prod',
    unresolved: 0,
    unwell: [],
    mostOf: () => undefined,
    incidentOf: () => undefined,
    expectedOf: () => 0,
    isUnwanted: () => false,
    activeIssues: [],
    openIssues: [],
    jobs: [],
    runs: [],
    resilience: noResilienceFacts,
    ...given,
  };
}

export function rate(
  operation: string,
  recent: [calls: number, failed: number],
  before: [calls: number, failed: number] = [0, 0],
  service = 'shop',
): CallRate {
  const count = ([calls, failed]: [number, number]) => ({ calls, failed });
  return { service, operation, recent: count(recent), before: count(before) };
}

export function condition(given: Partial<Condition> = {}): Condition {
  return {
    alertname: 'HighErrorRate',
    severity: 'high',
    service: 'shop',
    environment: 'prod',
    subject: {},
    title: 'Too many calls fail',
    detail: '',
    facts: [],
    ...given,
  };
}
