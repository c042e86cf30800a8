import { z } from 'zod';
import { errorClasses, severities } from '../../errors/error-event.ts';
import { issueStates } from '../../issues/issue.ts';
import { issueSorts } from '../../issues/issue-store.ts';
import { named, page, time } from './common.ts';
import { cursor, limit, since, someOf, text } from './parameters.ts';
import type { Route } from './route.ts';

const frame = z.object({
  function: z.string().nullable(),
  file: z.string().nullable(),
  line: z.int().nullable(),
});
export type FrameAnswer = z.infer<typeof frame>;

const issue = named(
  'Issue',
  z.object({
    id: z.string(),
    short_id: z.string().describe('For people to say and type'),
    title: z.string(),
    type: z.string(),
    message: z.string(),
    service: z.string(),
    environment: z.string(),
    severity: z.enum(severities),
    expected: z
      .boolean()
      .describe('All of its events were business as usual by errors.expected: it is not told'),
    class: z.enum(errorClasses),
    state: z.enum(issueStates),
    count: z.int(),
    operation: z.string(),
    first_seen: time,
    last_seen: time,
    first_version: z.string().nullable(),
    last_version: z.string().nullable(),
    resolved_by: z.string().nullable(),
    resolved_at: time.nullable(),
    frames: z.array(frame).describe("Calls of the app's own code in the last event, the failing one first"),
  }),
);
export type IssueAnswer = z.infer<typeof issue>;

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
      q: text().describe(
        'Part of the type, or of the first 1000 characters of the message; capitals do not matter',
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
  resolveIssue: {
    method: 'post',
    path: '/api/issues/:id/resolve',
    summary: 'Says that an issue is mended; its incident ends, and it regresses if it happens again',
    answer: issue,
    errors: [404],
  },
} as const satisfies Record<string, Route>;
