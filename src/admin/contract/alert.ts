import * as z from 'zod';
import { incidentStates } from '../../alerting/incident.ts';
import { severities } from '../../errors/error-event.ts';
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
    in_digest: z.boolean().describe('Told of in one message with others, since there were too many'),
    failures: z.int().describe('Failed tries since the last that worked'),
    retry_at: time.nullable().describe('No try before this'),
    last_error: z.string().nullable(),
  }),
);
export type DeliveryAnswer = z.infer<typeof delivery>;

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
