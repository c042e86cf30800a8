import type { Path } from '../config/located.ts';
import type { Advice } from '../config/problem.ts';
import type { ConditionName } from './conditions/condition.ts';
import { type RulesConfig, rulesOf } from './rules-config.ts';
import type { SampleKind } from './user-rules/samples.ts';

/** What is not looked for, so that rules about it never hold. */
interface Missing {
  over: SampleKind;
  builtIn: ConditionName;
  why: string;
  /** Whether the built-in rule is so much wanted that it is told of by itself. */
  isToldOf: boolean;
}

const missing = {
  calls: { over: 'calls', builtIn: 'HighErrorRate', why: 'no calls are counted', isToldOf: true },
  retries: { over: 'retries', builtIn: 'RetryStorm', why: 'no retries are inferred', isToldOf: false },
} as const satisfies Record<string, Missing>;

/**
 * Rules that are on and never hold.
 * @param what is not looked for
 * @param off where that is written
 */
export function deadRulesAdvice(rules: RulesConfig, what: keyof typeof missing, off: Path): Advice[] {
  const { over, builtIn, why, isToldOf }: Missing = missing[what];
  const { conditions, own } = rulesOf(rules);
  const isOn = conditions[builtIn] !== undefined;
  const dead = [
    ...(isOn ? [builtIn] : []),
    ...own.filter((rule) => rule.over === over).map(({ name }) => name),
  ];
  const written = rules.flatMap(({ name, over: ofOwn }, i): Advice[] => {
    if (!dead.includes(name)) return [];
    const path: Path = ['alerts', 'rules', i, ofOwn === undefined ? 'name' : 'over'];
    return [{ path, message: `it can never hold: ${why} (${off.join('.')} is false)` }];
  });
  if (!isToldOf || !isOn || rules.some(({ name }) => name === builtIn)) return written;
  const message = `${why}, so that ${builtIn} can never hold: switch it off (alerts.rules) if that is meant`;
  return [{ path: off, message }, ...written];
}
