import { z } from 'zod';
import { errorClasses, severities } from '../../errors/error-event.ts';
import { named, page, time } from './common.ts';
import { cursor, limit } from './parameters.ts';
import type { Route } from './route.ts';

const frame = z.object({
  function: z.string().nullable(),
  module: z
    .string()
    .nullable()
    .describe('A package and class, a namespace, a crate: what the function is in'),
  file: z.string().nullable(),
  line: z.int().nullable(),
  column: z.int().nullable(),
  in_app: z.boolean().describe("Of the app's own code"),
});

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
    frames: z
      .array(frame)
      .describe('The calls, the failing one first; empty if the form of the stack is not known'),
    causes: z
      .array(z.object({ type: z.string(), message: z.string(), frames: z.array(frame) }))
      .describe('The exceptions that caused it, as far as the stack says so, the root cause last'),
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
