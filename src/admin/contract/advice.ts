import * as z from 'zod';
import { named, page } from './common.ts';
import { limit, text } from './parameters.ts';
import type { Route } from './route.ts';

const advised = z.object({ value: z.number(), evidence: z.string().describe('Why, in words') });

const advice = named(
  'Advice',
  z.object({
    service: z.string(),
    dependency: z.string(),
    calls: z
      .number()
      .describe('That were seen, each attempt by itself; weighted by their sampling threshold'),
    failures: z.number(),
    is_grounded: z
      .boolean()
      .describe('False while so little was seen that most of it is what one begins with'),
    timeout_ms: advised,
    attempts: advised.describe('With the first; 1 = do not try again'),
    first_delay_ms: advised.describe(
      'Before the second attempt; each further one waits twice as long, with jitter',
    ),
    longest_delay_ms: advised,
    consecutive_failures: advised.describe('Failures in a row at which a circuit breaker opens'),
    open_ms: advised.describe('How long it stays open before it lets a probe pass'),
    configurations: z
      .object({ opossum: z.string(), cockatiel: z.string(), resilience4j: z.string(), istio: z.string() })
      .describe('The same, ready for these'),
  }),
);
export type AdviceAnswer = z.infer<typeof advice>;

export const adviceRoutes = {
  getAdvice: {
    method: 'get',
    path: '/api/dependencies/:name/advice',
    summary:
      'Settings of retries, time limits and circuit breakers for calls to a dependency, from what was seen; for each service that calls it',
    query: z.object({ service: text().describe('Its name'), limit }),
    answer: page('Advice', advice),
  },
} as const satisfies Record<string, Route>;
