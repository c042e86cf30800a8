import { successRate, type TaskRecord } from '../../derive/tasks/task-record.ts';
import { taskOutcomes } from '../../derive/tasks/task-run.ts';
import { type ErrorClass, errorClasses, type Severity, severities } from '../../errors/error-event.ts';
import { type IssueState, issueStates } from '../../issues/issue.ts';
import type { IssueStats, IssueStore, TrendQuery, TrendSeries } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { StatisticsAnswer, TrendsAnswer } from '../contract.ts';
import { Problem } from '../problem.ts';
import type { Handlers } from '../routes.ts';
import { issueAnswer } from './issue-answer.ts';
import { defined } from './page-answer.ts';
import { momentOf, time } from './time.ts';

export interface StatisticsHandlersDependencies {
  clock: Clock;
  store: Pick<IssueStore, 'issueStats' | 'eventTrends' | 'trends'>;
  tasks: () => readonly TaskRecord[];
}

const defaultSince = { agoMillis: 86_400_000 };

const intervals: Record<TrendQuery['interval'], { millis: number; most: number }> = {
  hour: { millis: 3_600_000, most: 168 },
  day: { millis: 86_400_000, most: 92 },
};

export function statisticsHandlers({
  clock,
  store,
  tasks,
}: StatisticsHandlersDependencies): Handlers<'getStats' | 'getTrends'> {
  return {
    getStats: async () => {
      const now = clock.now();
      const stats = await store.issueStats(now);
      const trends = await store.trends(
        stats.top.map(({ issue }) => issue.id),
        now,
      );
      return {
        issues: issuesAnswer(stats.counts),
        events: stats.events,
        last_24h: {
          events: stats.recent.events,
          issues: stats.recent.issues,
          new_issues: stats.recent.newIssues,
        },
        tasks: tasksAnswer(tasks()),
        top_issues: stats.top.map(({ issue, events }) => {
          return { events, issue: issueAnswer(issue, trends[issue.id]!) };
        }),
      };
    },

    getTrends: async ({ query: { by, interval, service, limit, ...query } }) => {
      const until = query.until === undefined ? clock.now() : momentOf(query.until, clock);
      const since = momentOf(query.since ?? defaultSince, clock);
      checkSpan(interval, since, until);
      const asked = { by, interval, since, until, limit, ...defined({ service }) };
      const { times, total, series } = await store.eventTrends(asked);
      return { interval, times: times.map(time), total, series: series.map(seriesAnswer) };
    },
  };
}

/** @throws Problem */
function checkSpan(interval: TrendQuery['interval'], since: number, until: number): void {
  if (until < since) throw new Problem(400, 'until: before since');
  const { millis, most } = intervals[interval];
  if (until - since > millis * most)
    throw new Problem(400, `since: more than ${most} ${interval}s before until`);
}

function seriesAnswer({ service, operation, total, counts }: TrendSeries): TrendsAnswer['series'][number] {
  return { service, operation: operation ?? null, total, counts: [...counts] };
}

function tasksAnswer(tasks: readonly TaskRecord[]): StatisticsAnswer['tasks'] {
  const runs = { success: 0, failure: 0, retried: 0 };
  for (const task of tasks) for (const outcome of taskOutcomes) runs[outcome] += task.runs[outcome];
  return { known: tasks.length, runs, success_rate: successRate({ runs }) ?? null };
}

type Counted = IssueStats['counts'];

function issuesAnswer(counted: Counted): StatisticsAnswer['issues'] {
  const each = <Name extends string, T>(names: readonly Name[], of: (name: Name) => T): Record<Name, T> =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, T>;
  return {
    ...countsAnswer(counted),
    by_state: each<IssueState, number>(issueStates, (name) =>
      sum(counted.filter(({ state }) => state === name)),
    ),
    by_severity: each<Severity, Counts>(severities, (name) =>
      countsAnswer(counted.filter(({ severity }) => severity === name)),
    ),
    by_class: each<ErrorClass, Counts>(errorClasses, (name) =>
      countsAnswer(counted.filter((row) => row.class === name)),
    ),
  };
}

type Counts = StatisticsAnswer['issues']['by_severity'][Severity];

function countsAnswer(counted: Counted): Counts {
  const stands = counted.filter(
    ({ state, expected }) => state !== 'resolved' && state !== 'ignored' && !expected,
  );
  return { total: sum(counted), unresolved: sum(stands) };
}

function sum(counted: Counted): number {
  return counted.reduce((total, { issues }) => total + issues, 0);
}
