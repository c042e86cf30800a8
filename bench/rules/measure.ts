import type { Condition } from '../../src/alerting/conditions/condition.ts';
import {
  evaluateConditions,
  type StandingConditions,
} from '../../src/alerting/conditions/evaluate-conditions.ts';
import type { Facts } from '../../src/alerting/conditions/facts.ts';
import { UserRules } from '../../src/alerting/user-rules/user-rules.ts';
import { findPlainly } from '../../test/alerting/user-rules/plain-rules.ts';
import { findAll, ownRules } from '../../test/alerting/user-rules/support.ts';
import { rulesOfShape, type Shape, type Size, ticks } from './shapes.ts';

/** Until code is compiled. */
const warmUpTicks = 10;
/** The plain evaluation takes its time. */
const plainTicks = 5;
const nobody = new Int32Array(new SharedArrayBuffer(4));

/** Milliseconds of processor time, tick by tick. */
export interface Measured {
  fast: readonly number[];
  /** Of the very first tick, to which all is new. */
  first: number;
  plain: readonly number[];
  /** Alerts at the end. */
  firing: number;
}

/** Tick after tick as Tocsin evaluates rules, and now and then as plainly as can be, which must come to the same. */
export function measure(shape: Shape, size: Size, tickCount: number): Measured {
  const rules = ownRules(...rulesOfShape(shape, size));
  const own = new UserRules(rules, (text) => text);
  const timings = Object.fromEntries(rules.map((rule) => [rule.name, rule]));
  const fast: number[] = [];
  const plain: number[] = [];
  let standing: StandingConditions = new Map();
  const evaluate = (facts: Facts, find: () => readonly Condition[]) => {
    const before = processorMillis();
    const after = evaluateConditions(find(), standing, facts.now, timings);
    const stored = JSON.stringify(after.incidents);
    return { standing: after.standing, stored, millis: processorMillis() - before };
  };
  const plainEvery = Math.ceil(tickCount / plainTicks);
  const ticking = ticks(shape, size);
  for (let tick = 0; tick < warmUpTicks + tickCount; tick++) {
    const facts = ticking.next().value;
    const evaluated = evaluate(facts, () => findAll(own, facts, standing));
    fast.push(evaluated.millis);
    if (tick % plainEvery === 0) {
      const judged = evaluate(facts, () => findPlainly(rules, facts, standing));
      plain.push(judged.millis);
      if (judged.stored !== evaluated.stored) throw new Error(`${shape.about}: other alerts at tick ${tick}`);
    }
    standing = evaluated.standing;
  }
  const firing = [...standing.values()].filter(({ phase }) => phase === 'firing').length;
  return { fast: fast.slice(warmUpTicks), first: fast[0]!, plain, firing };
}

/** Of this thread. The kernel only notes it every 4 ms, and whenever a thread begins to wait. */
function processorMillis(): number {
  Atomics.wait(nobody, 0, 0, 1);
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
