import * as z from 'zod';
import { errorClasses, severities } from '../../errors/error-event.ts';
import { issueStates } from '../../issues/issue.ts';
import { otherOperations, trendGroups, trendIntervals } from '../../issues/issue-store.ts';
import { named, time } from './common.ts';
import { issue } from './issue.ts';
import { limit, moment, text } from './parameters.ts';
import type { Route } from './route.ts';

const counts = z.object({
  total: z.int(),
  unresolved: z.int().describe('Neither resolved, ignored nor expected'),
});

const statistics = named(
  'Statistics',
  z.object({
    issues: counts.extend({
      by_state: z.record(z.enum(issueStates), z.int()),
      by_severity: z.record(z.enum(severities), counts),
      by_class: z.record(z.enum(errorClasses), counts),
    }),
    events: z.int().describe('Of all these issues, kept or only counted'),
    last_24h: z
      .object({
        events: z.int(),
        issues: z.int().describe('That were seen'),
        new_issues: z.int().describe('That were first seen'),
      })
      .describe('Of the hour that it is and the 23 before'),
    tasks: z
      .object({
        known: z.int().describe('Jobs and tasks'),
        runs: z.object({ success: z.int(), failure: z.int(), retried: z.int() }),
        success_rate: z
          .number()
          .nullable()
          .describe('Of the runs that ended for good; null if there were none'),
      })
      .describe('Of all jobs and tasks together; GET /api/tasks has each'),
    top_issues: z
      .array(z.object({ events: z.int(), issue }))
      .describe('Those with the most events in that time, of the 1000 largest that were seen in it'),
  }),
);
export type StatisticsAnswer = z.infer<typeof statistics>;

const series = z.object({
  service: z.string(),
  operation: z
    .string()
    .nullable()
    .describe(`Null if by service; ${otherOperations} for what is not told apart`),
  total: z.int(),
  counts: z.array(z.int()).describe('One for each of the times'),
});

const trends = named(
  'Trends',
  z.object({
    interval: z.enum(trendIntervals),
    times: z.array(time).describe('When each interval begins'),
    total: z.int().describe('Events of all, also of those that are over the limit'),
    series: z.array(series).describe('Those with the most events first'),
  }),
);
export type TrendsAnswer = z.infer<typeof trends>;

export const statisticsRoutes = {
  getStats: {
    method: 'get',
    path: '/api/stats',
    summary: 'How many issues and events there are, of what kind, and which are the most',
    answer: statistics,
  },
  getTrends: {
    method: 'get',
    path: '/api/trends',
    summary: 'Events over time, by service or by operation, with those that are only counted',
    query: z.object({
      by: z.enum(trendGroups, { error: `not one of: ${trendGroups.join(', ')}` }).default('service'),
      interval: z
        .enum(trendIntervals, { error: `not one of: ${trendIntervals.join(', ')}` })
        .default('hour')
        .describe('Days are those of UTC'),
      since: moment('A duration (24h, unless said) or an RFC 3339 time; at most 168 hours or 92 days'),
      until: moment('A duration or an RFC 3339 time; now, unless said'),
      service: text().describe('Its name'),
      limit,
    }),
    answer: trends,
  },
} as const satisfies Record<string, Route>;
