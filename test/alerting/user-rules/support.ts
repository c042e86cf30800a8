import type { Condition } from '../../../src/alerting/conditions/condition.ts';
import type { Facts } from '../../../src/alerting/conditions/facts.ts';
import { rulesOf, rulesSchema } from '../../../src/alerting/rules-config.ts';
import type { UserRule } from '../../../src/alerting/user-rules/user-rule.ts';
import type { UserRules } from '../../../src/alerting/user-rules/user-rules.ts';
import { facts } from '../conditions/support.ts';

/** Rules as they stand in a configuration; one without a name is called by its place. */
export function ownRules(...written: object[]): readonly UserRule[] {
  return rulesOf(rulesSchema.parse(written.map((rule, i) => ({ name: `Rule${i}`, ...rule })))).own;
}

/** What they find at a look. */
export function findAll(
  rules: UserRules,
  given: Partial<Facts>,
  standing: Pick<ReadonlySet<string>, 'has'> = new Set(),
): readonly Condition[] {
  const search = rules.find(facts(given), standing);
  let piece = search.next();
  while (piece.done !== true) piece = search.next();
  return piece.value;
}
