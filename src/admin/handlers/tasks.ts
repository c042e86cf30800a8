import { durationAt, successRate, type TaskRecord } from '../../derive/tasks/task-record.ts';
import { InvalidCursor, type Page } from '../../issues/issue-store.ts';
import type { TaskAnswer } from '../contract.ts';
import type { Handlers } from '../routes.ts';
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
      return pageAnswer(
        Promise.resolve().then(() => pageOf(found, limit, cursor)),
        taskAnswer,
      );
    },
  };
}

/** They change while somebody reads on: a page ends at a name, and not at a number. @throws InvalidCursor */
function pageOf(tasks: readonly TaskRecord[], limit: number, cursor: string | undefined): Page<TaskRecord> {
  const after = cursor === undefined ? '' : readCursor(cursor);
  const left = tasks
    .map((task) => ({ task, key: keyOf(task) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = left.slice(0, limit);
  return {
    items: page.map(({ task }) => task),
    nextCursor: left.length > page.length ? writeCursor(page.at(-1)!.key) : undefined,
  };
}

function keyOf({ service, name, kind }: TaskRecord): string {
  return JSON.stringify([service, name, kind]);
}

function writeCursor(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** @throws InvalidCursor */
function readCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (!key.startsWith('["') || writeCursor(key) !== cursor)
    throw new InvalidCursor('not one that a page gave out');
  return key;
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
