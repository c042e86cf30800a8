import type { CallCount } from '../../derive/call-rates.ts';
import type { Found } from './condition.ts';
import type { ConditionRule } from './condition-rules.ts';
import type { Facts } from './facts.ts';
import { shareText } from './share-text.ts';

/*
 * Rules about jobs and tasks.
 */

/** A job has failed until a run of it ends well, however long that takes. */
export function jobsFailed({ jobs, environmentOf, incidentOf, isUnwanted }: Facts): Found[] {
  return jobs.flatMap(({ service, name, lastOutcome, lastFailure, lastSuccessAt }): Found[] => {
    if (lastOutcome !== 'failure' || lastFailure === undefined) return [];
    const { issueId } = lastFailure;
    if (issueId !== undefined && isUnwanted(issueId)) return [];
    const incident = issueId === undefined ? undefined : incidentOf(issueId);
    return [
      {
        service,
        environment: environmentOf(service),
        subject: { task: name },
        title: `The job ${name} failed`,
        detail: 'Its last run did not end well. It is over when a run does.',
        facts: [
          { name: 'Failed', value: isoTime(lastFailure.at) },
          { name: 'Last success', value: lastSuccessAt === 0 ? 'none is known' : isoTime(lastSuccessAt) },
        ],
        since: lastFailure.at,
        ...(incident === undefined ? {} : { explainedBy: incident }),
      },
    ];
  });
}

export function jobsMissed({ resilience, environmentOf }: Facts): Found[] {
  return resilience.missedJobs.map(({ service, name, schedule, dueAt }) => ({
    service,
    environment: environmentOf(service),
    subject: { task: name },
    title: `The job ${name} did not run`,
    detail: 'Its time has come, and no run of it was heard of.',
    facts: [
      { name: 'Due', value: isoTime(dueAt) },
      { name: 'Schedule', value: schedule },
    ],
    since: dueAt,
  }));
}

/** Jobs and tasks of whose runs in the last hour too many failed. */
export function taskSuccessLow({ runs, environmentOf }: Facts, { ratio, minimum }: ConditionRule): Found[] {
  return runs.flatMap(({ service, operation: name, recent, before }): Found[] => {
    const hour: CallCount = {
      calls: recent.calls + before.calls,
      failed: recent.failed + before.failed,
    };
    if (hour.calls < minimum || hour.failed / hour.calls <= ratio) return [];
    return [
      {
        service,
        environment: environmentOf(service),
        subject: { task: name },
        title: `Too many runs of ${name} fail`,
        figure: `${shareText(hour)} in an hour`,
        detail: '',
        facts: [{ name: 'Failed', value: `${shareText(hour)} in an hour` }],
      },
    ];
  });
}

function isoTime(millis: number): string {
  return new Date(millis).toISOString();
}
