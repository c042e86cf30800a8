import type { Plan } from '../../plan.ts';
import { answer, get, ok, times } from '../steps.ts';
import type { Particular } from './particular.ts';

/** Each is a call of its own, as for the lines of a file; the app does not care that they fail. */
const loop = times(8, (i) => get(`item-${i}`, '/prices', answer(503)));
const loopThatRecovers = times(12, (i) => get(`item-${i}`, '/prices', i % 4 < 2 ? answer(503) : ok));

const inLoop: Partial<Plan> = { parent: 'shared', retry: { retries: 0 }, everyMillis: 60 };
const withoutParent: Partial<Plan> = { ...inLoop, parent: 'none' };
const looks = { class: 'indistinguishable' } as const;

/** Calls that nobody could tell from retries. */
export const looking: readonly Particular[] = [
  { client: 'axios', name: 'loop', ...looks, calls: loop, plan: inLoop },
  { client: 'fetch', name: 'loop', ...looks, calls: loop, plan: inLoop },
  { client: 'got', name: 'loop', ...looks, calls: loop, plan: inLoop },
  { client: 'fetch', name: 'loop-that-recovers', ...looks, calls: loopThatRecovers, plan: inLoop },
  { client: 'axios', name: 'loop-without-parent', ...looks, calls: loop, plan: withoutParent },
];
