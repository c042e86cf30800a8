import * as z from 'zod';
import { errorClasses, severities } from '../../errors/error-event.ts';
import { named, page, time } from './common.ts';
import { issue } from './issue.ts';
import { cursor, limit, since, someOf, text } from './parameters.ts';
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
    reported_time: time
      .nullable()
      .describe('When it happened by the clock of the app, if that cannot be: then time is when it came'),
    service: z.string(),
    environment: z.string(),
    version: z.string().nullable(),
    instance: z.string().nullable(),
    pod: z.string().nullable().describe('Or the host'),
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
    swallowed: z.boolean().describe('Nothing made up for it, and its local root ended well'),
    likely_cause: z.string().nullable().describe('The deepest failed call of the local trace'),
    breadcrumbs: z
      .array(
        z.object({
          time,
          type: z.enum(['span', 'log']),
          level: z.enum(['debug', 'info', 'warning', 'error']),
          message: z.string(),
          duration_ms: z.number().nullable().describe('Of a span'),
        }),
      )
      .describe('The last spans and log records of the trace before it; of a storm not with every event'),
    job_id: z.string().nullable(),
    job_name: z.string().nullable(),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    support_code: z.string(),
  }),
);
export type EventAnswer = z.infer<typeof event>;

const support = named(
  'Support',
  z.object({
    support_code: z.string(),
    issues: z.array(issue),
    events: z.array(event).describe('The newest first, at most 50; of a storm not every event is kept'),
  }),
);

/** Of lists and of exports. */
export const eventFilters = {
  service: text().describe('Its name'),
  severity: someOf(severities),
  component: text(),
  trace_id: z
    .string()
    .toLowerCase()
    .regex(/^[\da-f]{32}$/, 'not 32 hex digits')
    .optional(),
  job_id: text(),
  job_name: text(),
  'attr.KEY': z
    .record(z.string(), z.string())
    .optional()
    .describe('The value of an attribute that is named in errors.index_attributes, such as attr.game.id'),
  since,
};

export const exportFormats = ['csv', 'json'] as const;

export const eventRoutes = {
  listEvents: {
    method: 'get',
    path: '/api/events',
    summary: 'Error events, the newest first',
    query: z.object({
      ...eventFilters,
      limit,
      cursor,
    }),
    answer: page('Event', event),
  },
  getSupport: {
    method: 'get',
    path: '/api/support/:code',
    summary: 'What failed for the user who was given this support code',
    answer: support,
    errors: [404],
  },
  listIssueEvents: {
    method: 'get',
    path: '/api/issues/:id/events',
    summary: 'Error events of an issue, the newest first',
    query: z.object({ limit, cursor }),
    answer: page('Event', event),
    errors: [404],
  },
  // Before the one by id, which would take it for one.
  exportEvents: {
    method: 'get',
    path: '/api/events/export',
    summary: 'All events that fit, the newest first, as CSV or as a JSON array, sent as they are read',
    query: z.object({
      format: z
        .enum(exportFormats, { error: `not one of: ${exportFormats.join(', ')}` })
        .default('json')
        .describe('CSV is made harmless for spreadsheets, JSON is as it is'),
      ...eventFilters,
    }),
    answer: named('EventExport', z.array(event)),
    streams: ['text/csv', 'application/json'],
    errors: [503],
  },
  getEvent: {
    method: 'get',
    path: '/api/events/:id',
    summary: 'One error event',
    answer: event,
    errors: [404],
  },
} as const satisfies Record<string, Route>;
