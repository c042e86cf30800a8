import { Random } from '../../../fuzz/random.ts';
import type { Plan, PlannedCall } from '../../plan.ts';
import type { Class } from '../../truth.ts';
import type { Scenario } from '../scenario.ts';
import { answer, get, ok, times } from '../steps.ts';

export interface Particular {
  /** node, if it is not said. */
  runtime?: Scenario['runtime'];
  client: string;
  name: string;
  /** `ordinary`, if it is not said. */
  class?: Class;
  /** 503, if it is not said. */
  failure?: string;
  calls: readonly PlannedCall[];
  plan?: Partial<Plan>;
  absent?: string;
  witness?: 'server';
}

export const oneUrl = (): string => '/orders';
export const ownUrl = (i: number): string => `/orders/${i}`;

/** Ten calls that fail up to three times, and of which the last one fails for good. */
export function failing(
  path: (i: number) => string,
  bad = answer(503),
  to: PlannedCall['to'] = 'server',
): PlannedCall[] {
  const random = new Random(11, 0, 0);
  return times(10, (i) => {
    const failures = i === 9 ? 4 : random.below(4);
    return { ...get(`call-${i}`, path(i), ...times(failures, () => bad), ok), to };
  });
}

/** Those that leave no span are few, since it is their number that would be measured. */
export const few = times(5, (i) => get(`call-${i}`, ownUrl(i), ...times(i % 3, () => answer(503)), ok));

export function posted(call: PlannedCall): PlannedCall {
  return { ...call, method: 'POST' };
}
