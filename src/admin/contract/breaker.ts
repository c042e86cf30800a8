import { breakerStates } from '../../derive/breakers/breaker-state.ts';
import * as z from 'zod';
import { breakerKinds } from '../../derive/breakers/breaker-summary.ts';
import { breakerOutcomes } from '../../derive/reported/breaker-words.ts';
import { named, page, time } from './common.ts';
import { limit, someOf, text } from './parameters.ts';
import type { Route } from './route.ts';

const state = z.enum(breakerStates);

/** A whole number for each. */
function countsOf<const T extends string>(keys: readonly T[]) {
  return z.object(Object.fromEntries(keys.map((key) => [key, z.int()])) as Record<T, z.ZodInt>);
}

const breaker = named(
  'Breaker',
  z.object({
    service: z.string(),
    name: z.string().describe('As the app calls it; of a shadow breaker, the dependency'),
    kind: z.enum(breakerKinds).describe('reported: the app says it; shadow: computed from its calls'),
    state: state
      .nullable()
      .describe('The worst that an instance is in: open, half_open, closed; null while only calls are known'),
    since: time.nullable().describe('When the first of the instances in that state came into it'),
    instances: countsOf(breakerStates).describe('How many instances of the service are in each state'),
    calls: countsOf(breakerOutcomes).describe('Since it is known, of all instances'),
    state_seconds: z
      .object(
        Object.fromEntries(breakerStates.map((each) => [each, z.number()])) as Record<
          (typeof breakerStates)[number],
          z.ZodNumber
        >,
      )
      .describe('How long they were in each state, since it is known, all instances together'),
    failed_probes: z
      .int()
      .describe(
        'Calls that were to show whether it can close, and failed, since it opened; of the worst instance',
      ),
    transitions: z
      .array(z.object({ at: time, from: state, to: state }))
      .describe('The last 20, of all instances, the newest first'),
  }),
);
export type BreakerAnswer = z.infer<typeof breaker>;

export const breakerRoutes = {
  listBreakers: {
    method: 'get',
    path: '/api/breakers',
    summary: 'Circuit breakers that were heard of in the last 15 minutes; by service, name and kind',
    query: z.object({
      service: text().describe('Its name'),
      kind: someOf(breakerKinds),
      state: someOf(breakerStates),
      limit,
      cursor: text().describe('next_cursor of the page before'),
    }),
    answer: page('Breaker', breaker),
  },
} as const satisfies Record<string, Route>;
