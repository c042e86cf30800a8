import { z } from 'zod';
import { errorClasses, severities } from '../../errors/error-event.ts';
import { named, page, time } from './common.ts';
import { cursor, limit } from './parameters.ts';
import type { Route } from './route.ts';

const event = named(
  'Event',
  z.object({
    id: z.string(),
    issue_id: z.string(),
    time,
    service: z.string(),
    severity: z.enum(severities),
    class: z.enum(errorClasses),
    component: z.string(),
    type: z.string(),
    message: z.string(),
    stack: z.string().describe('As the app sent it, cut to 32 KiB; empty if there was none'),
    frames: z.array(
      z.object({
        function: z.string().nullable(),
        file: z.string().nullable(),
        line: z.int().nullable(),
        column: z.int().nullable(),
        in_app: z.boolean().describe("Of the app's own code"),
      }),
    ),
    trace_id: z.string(),
    span_id: z.string(),
    operation: z.string(),
    job_id: z.string().nullable(),
    job_name: z.string().nullable(),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    support_code: z.string(),
  }),
);
export type EventAnswer = z.infer<typeof event>;

export const eventRoutes = {
  listIssueEvents: {
    method: 'get',
    path: '/api/issues/:id/events',
    summary: 'Error events of an issue, the newest first',
    query: z.object({ limit, cursor }),
    answer: page('Event', event),
    errors: [404],
  },
  getEvent: {
    method: 'get',
    path: '/api/events/:id',
    summary: 'One error event',
    answer: event,
    errors: [404],
  },
} as const satisfies Record<string, Route>;
