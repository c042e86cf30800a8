import * as z from 'zod';
import { incidentStates } from '../../alerting/incident.ts';
import { issueChangeKinds } from '../../issues/issue.ts';
import { named } from './common.ts';
import type { Route } from './route.ts';

/** Data of the events `issue`, `incident` and `reset`, by their names. */
export const streamEvents = {
  issue: z.object({ id: z.string(), short_id: z.string(), kind: z.enum(issueChangeKinds) }),
  incident: z.object({ key: z.string(), state: z.enum(incidentStates) }),
  reset: z.object({}).describe('Something was missed: read again what is shown'),
};
export type StreamEventName = keyof typeof streamEvents;
export type StreamEventData<Name extends StreamEventName> = z.infer<(typeof streamEvents)[Name]>;

export const streamRoutes = {
  stream: {
    method: 'get',
    path: '/api/stream',
    summary:
      'Changes as they are committed, as server-sent events: issue, incident, reset. Resumes after Last-Event-ID',
    answer: named('StreamEvent', z.union([streamEvents.issue, streamEvents.incident, streamEvents.reset])),
    streams: ['text/event-stream'],
    errors: [503],
  },
} as const satisfies Record<string, Route>;
