import type { PlannedCall, Step, Weather } from '../plan.ts';

export const ok: Step = { do: 'answer', status: 200, body: '{}' };
export const reset: Step = { do: 'reset' };
export const hang: Step = { do: 'hang' };

export function answer(status: number, more: Partial<Step & { do: 'answer' }> = {}): Step {
  return { do: 'answer', status, ...more };
}

export function get(id: string, path: string, ...script: readonly Step[]): PlannedCall {
  return { id, path, method: 'GET', to: 'server', script };
}

export function times<T>(count: number, one: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => one(i));
}

/** Bad and good in turn, beginning with bad, each for so long. */
export function flapping(bad: Step, millis: number, untilMillis: number): Weather[] {
  return times(Math.ceil(untilMillis / millis), (i) => ({
    untilMillis: (i + 1) * millis,
    step: i % 2 === 0 ? bad : ok,
  }));
}
