import { durationAt, successRate, type TaskRecord } from '../../derive/tasks/task-record.ts';
import type { TaskAnswer } from '../contract.ts';
import type { Handlers } from '../routes.ts';
import { keyedPage } from './keyed-page.ts';
import { pageAnswer } from './page-answer.ts';
import { time } from './time.ts';

export interface TaskHandlersDependencies {
  /** In any order. */
  tasks: () => readonly TaskRecord[];
}

export function taskHandlers({ tasks }: TaskHandlersDependencies): Handlers<'listTasks'> {
  return {
    listTasks: ({ query: { service, kind, last_outcome: outcome, limit, cursor } }) => {
      const found = tasks().filter(
        (task) =>
          (service ?? task.service) === task.service &&
          (kind?.includes(task.kind) ?? true) &&
          (outcome?.includes(task.lastOutcome) ?? true),
      );
      return pageAnswer(keyedPage(found, keyOf, limit, cursor), taskAnswer);
    },
  };
}

function keyOf({ service, name, kind }: TaskRecord): string {
  return JSON.stringify([service, name, kind]);
}

function taskAnswer(task: TaskRecord): TaskAnswer {
  const { service, name, kind, schedule, runs, lastOutcome, lastSuccessAt, lastFailure } = task;
  const p50 = durationAt(task, 0.5);
  const p95 = durationAt(task, 0.95);
  return {
    service,
    task: name,
    kind,
    schedule: schedule || null,
    runs: { ...runs },
    success_rate: successRate(task) ?? null,
    first_run_at: time(task.firstRunAt),
    last_run_at: time(task.lastRunAt),
    last_outcome: lastOutcome,
    last_success_at: lastSuccessAt === 0 ? null : time(lastSuccessAt),
    last_failure:
      lastFailure === undefined
        ? null
        : { at: time(lastFailure.at), trace_id: lastFailure.traceId, issue_id: lastFailure.issueId ?? null },
    duration_seconds: p50 === undefined || p95 === undefined ? null : { p50, p95 },
  };
}
