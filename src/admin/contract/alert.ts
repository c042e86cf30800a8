import * as z from 'zod';
import { incidentStates } from '../../alerting/incident.ts';
import { severities } from '../../errors/error-event.ts';
import { timelineKinds } from '../../alerting/timeline.ts';
import { deliveryStates } from '../../notify/delivery-store.ts';
import { named, page, time } from './common.ts';
import { cursor, limit, someOf, text } from './parameters.ts';
import type { Route } from './route.ts';

const alert = named(
  'Alert',
  z.object({
    id: z.string().describe('Key of the incident'),
    alertname: z.string(),
    state: z.enum(incidentStates),
    severity: z.enum(severities),
    service: z.string(),
    labels: z.record(z.string(), z.string()).describe('What it is routed, grouped and inhibited by'),
    starts_at: time,
    ends_at: time.nullable(),
    end_reason: z.enum(['resolved', 'ignored', 'quiet']).nullable(),
    revision: z.int().describe('Rises with everything that a message about it would show differently'),
    issue_id: z.string().nullable().describe('The issue that it is about; null if it is about none'),
  }),
);
export type AlertAnswer = z.infer<typeof alert>;

const delivery = named(
  'Delivery',
  z.object({
    id: z.string(),
    receiver: z.string(),
    incident_id: z.string(),
    alertname: z.string(),
    service: z.string(),
    state: z.enum(deliveryStates),
    held_by: z.string().nullable().describe('Why it is not to be shown now'),
    wanted_revision: z.int(),
    shown_revision: z.int().describe('0 = nothing is shown yet'),
    wanted_since: time,
    edits: z.int(),
    fallback_of: z.string().nullable().describe('The receiver in whose place it is told here'),
    dry_run: z
      .boolean()
      .describe('What it says is shown would be: nothing was sent, since alerts.dry_run is on'),
    in_digest: z.boolean().describe('Told of in one message with others, since there were too many'),
    told_in: z
      .string()
      .nullable()
      .describe('Id of the alert in whose message it was told, as one of its group (alerts.route.group_by)'),
    failures: z.int().describe('Failed tries since the last that worked'),
    retry_at: time.nullable().describe('No try before this'),
    last_error: z.string().nullable(),
  }),
);
export type DeliveryAnswer = z.infer<typeof delivery>;

const mapOf = <T extends z.ZodType>(value: T) => z.record(z.string(), value).optional();

const timelineEntry = named(
  'TimelineEntry',
  z.object({
    at: time,
    last_at: time.describe('When it happened for the last time'),
    count: z.int().describe('How often it happened, one time after the other'),
    kind: z
      .enum([...timelineKinds, 'omitted', 'pending'])
      .describe('omitted: so many entries are not kept; pending, at the end: what is to be shown is not yet'),
    receiver: z
      .string()
      .optional()
      .describe('Whose message it is about; without one, it is about the incident'),
    reason: z.string().optional(),
    by: z.string().optional().describe('Who did it: the name of a token'),
    revision: z.int().optional().describe('Of the incident, that was shown or was to be'),
    alertname: z.string().optional().describe('Of raised: the rule'),
    values: mapOf(z.union([z.string(), z.number(), z.boolean()])).describe(
      'Of raised: what the rule went by',
    ),
    labels: mapOf(z.string()).describe('Of raised: as they were then'),
    routes: mapOf(z.array(z.string())).describe('Of routed: for whom it is, and by which routes'),
    withheld: mapOf(z.string()).describe('Of routed: for whom it is not, and why'),
  }),
);
export type TimelineEntryAnswer = z.infer<typeof timelineEntry>;

const sentDay = named(
  'SentDay',
  z.object({
    day: z.iso.date().describe('UTC'),
    receiver: z.string(),
    dry_run: z.boolean().describe('Nothing of it was sent'),
    posts: z.int().describe('Messages of incidents'),
    edits: z.int().describe('Of messages that were there'),
    replies: z.int().describe('In their threads'),
    digests: z.int().describe('Messages of many incidents, for which the budget had no room'),
    examples: z
      .array(
        z.object({
          at: time,
          kind: z.enum(['post', 'reply', 'digest']),
          text: z.string(),
          alert_id: z.string().nullable(),
        }),
      )
      .describe('The first of the day, 10 at the most'),
  }),
);
export type SentDayAnswer = z.infer<typeof sentDay>;

export const alertRoutes = {
  listAlerts: {
    method: 'get',
    path: '/api/alerts',
    summary: 'Incidents, the latest to begin first',
    query: z.object({
      state: someOf(incidentStates),
      severity: someOf(severities),
      service: text().describe('Its name'),
      limit,
      cursor,
    }),
    answer: page('Alert', alert),
  },
  readTimeline: {
    method: 'get',
    path: '/api/alerts/:id/timeline',
    summary:
      'Why an incident was told to whom, or was not: what happened to it, in that order; always on one page',
    answer: page('Timeline', timelineEntry),
    errors: [404],
  },
  listSent: {
    method: 'get',
    path: '/api/alerts/report',
    summary:
      'What each receiver was sent each day (UTC), or would have been but for alerts.dry_run; the last day first, 92 days at the most',
    query: z.object({ receiver: text().describe('Its name'), limit, cursor }),
    answer: page('SentDay', sentDay),
  },
  listDeliveries: {
    method: 'get',
    path: '/api/deliveries',
    summary: 'What each receiver shows, and should show, of each incident',
    query: z.object({
      receiver: text().describe('Its name'),
      state: someOf(deliveryStates),
      limit,
      cursor,
    }),
    answer: page('Delivery', delivery),
  },
  retryDelivery: {
    method: 'post',
    path: '/api/deliveries/:id/retry',
    summary:
      'Tries a delivery now that is pending, was refused for good, or was told of in a digest; what its receiver asks for is still kept',
    answer: delivery,
    errors: [404, 409],
  },
} as const satisfies Record<string, Route>;
