import * as z from 'zod';
import { errorClasses, severities } from '../../errors/error-event.ts';
import { issueStates } from '../../issues/issue.ts';
import { issueSorts, trendHours } from '../../issues/issue-store.ts';
import { named, page, time } from './common.ts';
import { cursor, flag, limit, since, someOf, text } from './parameters.ts';
import type { Route } from './route.ts';

const frame = z.object({
  function: z.string().nullable(),
  file: z.string().nullable(),
  line: z.int().nullable(),
});
export type FrameAnswer = z.infer<typeof frame>;

export const issue = named(
  'Issue',
  z.object({
    id: z.string(),
    short_id: z.string().describe('For people to say and type'),
    title: z.string(),
    type: z.string(),
    message: z.string(),
    service: z.string(),
    environment: z.string(),
    severity: z
      .enum(severities)
      .describe('Of a failed attempt the least, until it is known what became of it: 10 seconds at most'),
    expected: z
      .boolean()
      .describe('All of its events were business as usual by errors.expected: it is not told'),
    class: z.enum(errorClasses),
    state: z.enum(issueStates),
    swallowed: z
      .boolean()
      .describe('One of its failures was swallowed: nothing made up for it, and its local root ended well'),
    likely_cause: z
      .string()
      .nullable()
      .describe('The deepest failed call of the local trace, in the last event of which one is known'),
    count: z.int(),
    users: z
      .int()
      .describe(
        'Different users, by user.id, enduser.id or session.id; an estimate where they are more than 64',
      ),
    pods: z.int().describe('Different pods, or hosts, that it happened on; likewise'),
    operation: z.string(),
    first_seen: time,
    last_seen: time,
    first_version: z.string().nullable(),
    first_version_at: time.nullable().describe('When that version was first heard of, by whatever telemetry'),
    last_version: z.string().nullable(),
    resolved_by: z.string().nullable(),
    resolved_at: time.nullable(),
    resolved_in_next_version: z.boolean().describe('It regresses only in a version that came after that'),
    acknowledged_by: z.string().nullable(),
    acknowledged_at: time.nullable().describe('Until it comes back'),
    ignored_until: time.nullable(),
    ignored_until_escalating: z.boolean(),
    ignored_until_count: z
      .int()
      .nullable()
      .describe('It comes back with the first event after it has so many'),
    trend: z
      .array(z.int())
      .length(trendHours)
      .describe('Events in each of the last 24 hours, the earliest first'),
    frames: z.array(frame).describe("Calls of the app's own code in the last event, the failing one first"),
  }),
);
export type IssueAnswer = z.infer<typeof issue>;

const historyEntry = named(
  'IssueHistoryEntry',
  z.object({
    at: time,
    by: z.string().describe('Name of the token, or who pressed a button: jane (Slack U024BE7LH)'),
    action: z.enum(['acknowledge', 'resolve', 'reopen', 'ignore']),
    in_next_version: z.boolean().describe('Of resolve'),
    until: time.nullable().describe('Of ignore'),
    events: z.int().nullable().describe('Of ignore: so many more'),
    until_escalating: z.boolean().describe('Of ignore'),
  }),
);
export type HistoryAnswer = z.infer<typeof historyEntry>;

export const issueRoutes = {
  listIssues: {
    method: 'get',
    path: '/api/issues',
    summary: 'Issues of all states unless filtered, the last seen first unless sorted',
    query: z.object({
      state: someOf(issueStates),
      severity: someOf(severities),
      service: text().describe('Its name'),
      class: someOf(errorClasses),
      swallowed: flag().describe('Only those of which a failure was swallowed; or only the others'),
      q: text().describe(
        'Words, or parts of words: each stands somewhere in type, message, service, operation, component, short id or frames. Capitals do not matter, and nothing is syntax. Without a word of three letters a page looks at 3,000 issues: it may have few, or none, and go on',
      ),
      since,
      sort: z
        .enum(issueSorts, { error: `not one of: ${issueSorts.join(', ')}` })
        .default('last_seen')
        .describe('The latest, or most, first'),
      limit,
      cursor,
    }),
    answer: page('Issue', issue),
  },
  getIssue: {
    method: 'get',
    path: '/api/issues/:id',
    summary: 'One issue, by its id or short id',
    answer: issue,
    errors: [404],
  },
  acknowledgeIssue: {
    method: 'post',
    path: '/api/issues/:id/acknowledge',
    summary: 'Says that somebody looks after it',
    answer: issue,
    errors: [404],
  },
  resolveIssue: {
    method: 'post',
    path: '/api/issues/:id/resolve',
    summary: 'Says that an issue is mended; its incident ends, and it regresses if it happens again',
    body: z.object({
      in_next_version: z
        .boolean()
        .default(false)
        .describe('It goes on in the versions that there are, and regresses only in another'),
    }),
    answer: issue,
    errors: [404, 409],
  },
  reopenIssue: {
    method: 'post',
    path: '/api/issues/:id/reopen',
    summary: 'Says that it is neither mended nor to be ignored',
    answer: issue,
    errors: [404],
  },
  ignoreIssue: {
    method: 'post',
    path: '/api/issues/:id/ignore',
    summary:
      'Ignores it: until a time, until so many more events, until it escalates, or for ever; its incident ends',
    body: z.object({
      until_escalating: z.boolean().optional().describe('Until it escalates'),
      until: z.iso.datetime({ offset: true }).optional().describe('RFC 3339, in the future'),
      events: z.int().min(1).max(1_000_000_000).optional().describe('So many more'),
    }),
    answer: issue,
    errors: [404],
  },
  listIssueHistory: {
    method: 'get',
    path: '/api/issues/:id/history',
    summary: 'What was done to an issue and by whom, the latest first',
    query: z.object({ limit, cursor }),
    answer: page('IssueHistory', historyEntry),
    errors: [404],
  },
} as const satisfies Record<string, Route>;
