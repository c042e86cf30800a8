import * as z from 'zod';
import { named, page, time } from './common.ts';
import { limit, text } from './parameters.ts';
import type { Route } from './route.ts';

const dependency = named(
  'Retries',
  z.object({
    service: z.string(),
    dependency: z.string().describe('Whom it calls: service.peer.name, or its address and port'),
    attempts: z.number().describe('Since Tocsin knows of it, weighted by their sampling threshold'),
    retries: z.number().describe('Attempts among them that are retries: inferred, or marked by the app'),
    recovered: z.number().describe('Calls that were tried again and were well in the end'),
    exhausted: z.number().describe('Calls that were tried again and failed in the end'),
    amplification_ratio: z.number().describe('Attempts for each call, in the last minute; 1 = no retries'),
    storm_since: time.nullable().describe('Since when retries multiply the load on it; null if they do not'),
  }),
);
export type RetriesAnswer = z.infer<typeof dependency>;

export const retryRoutes = {
  listRetries: {
    method: 'get',
    path: '/api/retries',
    summary: 'Whom apps call, and how often they try again; the most retried first, or by name',
    query: z.object({
      service: text().describe('Its name'),
      dependency: text().describe('Its name'),
      sort: z
        .enum(['retries', 'name'], { error: 'not one of: retries, name' })
        .default('retries')
        .describe('retries: the most first, in one page; name: by service and dependency, in pages'),
      limit,
      cursor: text().describe('next_cursor of the page before, with sort=name'),
    }),
    answer: page('Retries', dependency),
  },
} as const satisfies Record<string, Route>;
