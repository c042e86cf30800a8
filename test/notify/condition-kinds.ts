import { conditionRuleDefaults } from '../../src/alerting/conditions/condition-rules.ts';
import {
  evaluateConditions,
  type StandingConditions,
} from '../../src/alerting/conditions/evaluate-conditions.ts';
import type { Facts } from '../../src/alerting/conditions/facts.ts';
import { findConditions } from '../../src/alerting/conditions/find.ts';
import type { ConditionIncident } from '../../src/alerting/incident.ts';
import { facts, minute, rate } from '../alerting/conditions/support.ts';

/** What comes of what was seen at each look, by the rules as they are: the last of it. */
function incidentAfter(looks: readonly [at: number, given: Partial<Facts>][]): ConditionIncident {
  let standing: StandingConditions = new Map();
  let last: ConditionIncident | undefined;
  for (const [at, given] of looks) {
    const found = findConditions(facts({ ...given, now: at }), conditionRuleDefaults);
    const evaluated = evaluateConditions(found, standing, at, conditionRuleDefaults);
    ({ standing } = evaluated);
    last = evaluated.incidents.at(0) ?? last;
  }
  return last!;
}

/** More than one percent of the calls of a service failed for a quarter of an hour, and no longer. */
export function errorRate(now: number): { firing: ConditionIncident; over: ConditionIncident } {
  const failing: Partial<Facts> = {
    calls: [
      rate('POST /orders', [3100, 310], [37_000, 4], 'checkout'),
      rate('GET /cart', [5200, 0], [61_000, 2], 'checkout'),
    ],
  };
  const looks: [number, Partial<Facts>][] = [
    [now - 17 * minute, failing],
    [now - 15 * minute, failing],
  ];
  return {
    firing: incidentAfter(looks),
    over: incidentAfter([...looks, [now - 5 * minute, {}], [now, {}]]),
  };
}

export function silence(now: number): ConditionIncident {
  const app = { service: 'checkout', environment: 'prod', wasSteady: true, silentMillis: 6 * minute };
  return incidentAfter([[now, { apps: [app] }]]);
}
