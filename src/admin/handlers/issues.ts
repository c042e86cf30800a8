import type { IssueStore } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Since } from '../contract/parameters.ts';
import { Problem } from '../problem.ts';
import type { Handlers } from '../routes.ts';
import { eventAnswer } from './event-answer.ts';
import { issueAnswer } from './issue-answer.ts';
import { defined, pageAnswer } from './page-answer.ts';

export interface IssueHandlersDependencies {
  clock: Clock;
  store: Pick<IssueStore, 'listIssues' | 'getIssue' | 'resolveIssue' | 'listEvents' | 'getEvent'>;
  /** Called when alerting has something new to look at. */
  onChanged: () => void;
}

type Served = 'listIssues' | 'getIssue' | 'resolveIssue' | 'listIssueEvents' | 'getEvent';

export function issueHandlers({ clock, store, onChanged }: IssueHandlersDependencies): Handlers<Served> {
  return {
    listIssues: async ({ query }) => {
      const { limit, sort, cursor, service } = query;
      const asked = store.listIssues({
        limit,
        sort,
        ...defined({
          cursor,
          service,
          states: query.state,
          severities: query.severity,
          classes: query.class,
          text: query.q,
          seenSince: query.since && moment(query.since, clock),
        }),
      });
      return pageAnswer(asked, issueAnswer);
    },

    getIssue: async ({ parameters }) =>
      issueAnswer((await store.getIssue(parameters.id)) ?? missing('issue')),

    resolveIssue: async ({ parameters, caller }) => {
      const issue = await store.resolveIssue(parameters.id, caller.name, clock.now());
      if (issue === undefined) return missing('issue');
      onChanged();
      return issueAnswer(issue);
    },

    listIssueEvents: async ({ parameters, query: { limit, cursor } }) => {
      const issue = (await store.getIssue(parameters.id)) ?? missing('issue');
      return pageAnswer(store.listEvents({ issueId: issue.id, limit, ...defined({ cursor }) }), eventAnswer);
    },

    getEvent: async ({ parameters }) =>
      eventAnswer((await store.getEvent(parameters.id)) ?? missing('event')),
  };
}

function moment(since: Since, clock: Clock): number {
  return 'at' in since ? since.at : clock.now() - since.agoMillis;
}

function missing(what: string): never {
  throw new Problem(404, `there is no such ${what}`);
}
