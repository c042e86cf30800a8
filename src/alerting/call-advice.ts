import type { Path } from '../config/located.ts';
import type { Advice } from '../config/problem.ts';
import type { ConditionName } from './conditions/condition.ts';
import { type RulesConfig, rulesOf } from './rules-config.ts';

/** Built-in rules that go by how many calls there were, and how many of them failed. */
const ofCalls: readonly ConditionName[] = ['HighErrorRate'];

/**
 * Rules that are on and never hold, since no calls are counted.
 * @param off where it is written that none are
 */
export function uncountedAdvice(rules: RulesConfig, off: Path): Advice[] {
  const { conditions, own } = rulesOf(rules);
  const why = `no calls are counted (${off.join('.')} is false)`;
  const builtIn: readonly string[] = ofCalls.filter((name) => conditions[name] !== undefined);
  const dead = [...builtIn, ...own.filter(({ over }) => over === 'calls').map(({ name }) => name)];
  const written = rules.flatMap(({ name, over }, i): Advice[] => {
    if (!dead.includes(name)) return [];
    return [
      {
        path: ['alerts', 'rules', i, over === undefined ? 'name' : 'over'],
        message: `it can never hold: ${why}`,
      },
    ];
  });
  const byItself = builtIn
    .filter((name) => rules.every((rule) => rule.name !== name))
    .map((name): Advice => {
      const message = `no calls are counted, so that ${name} can never hold: switch it off (alerts.rules) if that is meant`;
      return { path: off, message };
    });
  return [...byItself, ...written];
}
