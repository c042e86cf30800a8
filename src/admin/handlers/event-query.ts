import type * as z from 'zod';
import type { EventQuery } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { eventFilters } from '../contract/event.ts';
import { defined } from './page-answer.ts';
import { momentOf } from './time.ts';

type Filters = z.output<z.ZodObject<typeof eventFilters>>;

/** What is asked for, as the store knows it. */
export function eventQuery(query: Filters, clock: Clock): Omit<EventQuery, 'limit' | 'cursor'> {
  return defined({
    service: query.service,
    component: query.component,
    severities: query.severity,
    traceId: query.trace_id,
    jobId: query.job_id,
    jobName: query.job_name,
    attributes: query['attr.KEY'],
    since: query.since && momentOf(query.since, clock),
  });
}
