import * as z from 'zod';
import { taskKinds, taskOutcomes } from '../../derive/tasks/task-run.ts';
import { named, page, time } from './common.ts';
import { limit, someOf, text } from './parameters.ts';
import type { Route } from './route.ts';

const task = named(
  'Task',
  z.object({
    service: z.string(),
    task: z.string().describe('Its name: job.name, or task.name'),
    kind: z.enum(taskKinds),
    schedule: z.string().nullable().describe('Cron text, as the last run said it'),
    runs: z
      .object(
        Object.fromEntries(taskOutcomes.map((outcome) => [outcome, z.int()])) as Record<
          (typeof taskOutcomes)[number],
          z.ZodInt
        >,
      )
      .describe('Since first_run_at; retried are attempts that failed with another to come'),
    success_rate: z
      .number()
      .nullable()
      .describe('success / (success + failure), 0 to 1; null while no run came to an end'),
    first_run_at: time.describe('When the first run ended that is known of'),
    last_run_at: time.describe('When the last run ended'),
    last_outcome: z.enum(taskOutcomes),
    last_success_at: time.nullable(),
    last_failure: z
      .object({
        at: time,
        trace_id: z.string(),
        issue_id: z.string().nullable().describe('Null if it is not known which issue it belongs to'),
      })
      .nullable()
      .describe('After which nobody tried again'),
    duration_seconds: z
      .object({ p50: z.number(), p95: z.number() })
      .nullable()
      .describe('Of the last 100 runs'),
  }),
);
export type TaskAnswer = z.infer<typeof task>;

export const taskRoutes = {
  listTasks: {
    method: 'get',
    path: '/api/tasks',
    summary: 'Jobs and tasks, and how their runs went, across restarts; by service, name and kind',
    query: z.object({
      service: text().describe('Its name'),
      kind: someOf(taskKinds),
      last_outcome: someOf(taskOutcomes),
      limit,
      cursor: text().describe('next_cursor of the page before'),
    }),
    answer: page('Task', task),
  },
} as const satisfies Record<string, Route>;
