import { canonicalSupportCode } from '../../conventions/support-code.ts';
import type { Issue } from '../../issues/issue.ts';
import { ActionRefused, type IssueAction } from '../../issues/issue-action.ts';
import type { IssueStore } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';
import { Problem } from '../problem.ts';
import type { Handlers } from '../routes.ts';
import { eventAnswer } from './event-answer.ts';
import { eventQuery } from './event-query.ts';
import type { IssueAnswer } from '../contract.ts';
import type { Caller } from '../contract/route.ts';
import { historyAnswer, issueAnswer } from './issue-answer.ts';
import { defined, pageAnswer } from './page-answer.ts';
import { momentOf } from './time.ts';

export interface IssueHandlersDependencies {
  clock: Clock;
  store: Pick<
    IssueStore,
    | 'listIssues'
    | 'getIssue'
    | 'changeIssue'
    | 'listIssueLog'
    | 'trends'
    | 'listEvents'
    | 'getEvent'
    | 'findSupported'
  >;
  /** Called when alerting has something new to look at. */
  onChanged: () => void;
}

type Served =
  | 'listIssues'
  | 'getIssue'
  | 'acknowledgeIssue'
  | 'resolveIssue'
  | 'reopenIssue'
  | 'ignoreIssue'
  | 'listIssueHistory'
  | 'listIssueEvents'
  | 'listEvents'
  | 'getSupport'
  | 'getEvent';

export function issueHandlers({ clock, store, onChanged }: IssueHandlersDependencies): Handlers<Served> {
  const answered = async (issue: Issue): Promise<IssueAnswer> => {
    const trends = await store.trends([issue.id], clock.now());
    return issueAnswer(issue, trends[issue.id]!);
  };
  const change = async (id: string, action: IssueAction, caller: Caller): Promise<IssueAnswer> => {
    const issue = await store.changeIssue(id, action, caller.name, clock.now()).catch(refuse);
    if (issue === undefined) return missing('issue');
    onChanged();
    return answered(issue);
  };
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
          swallowed: query.swallowed,
          text: query.q,
          seenSince: query.since && momentOf(query.since, clock),
        }),
      });
      const { items, next_cursor } = await pageAnswer(asked, (issue) => issue);
      const trends = await store.trends(
        items.map(({ id }) => id),
        clock.now(),
      );
      return { items: items.map((issue) => issueAnswer(issue, trends[issue.id]!)), next_cursor };
    },

    getIssue: async ({ parameters }) => answered((await store.getIssue(parameters.id)) ?? missing('issue')),

    acknowledgeIssue: ({ parameters, caller }) => change(parameters.id, { kind: 'acknowledge' }, caller),

    resolveIssue: ({ parameters, caller, body }) =>
      change(parameters.id, { kind: 'resolve', inNextVersion: body.in_next_version }, caller),

    reopenIssue: ({ parameters, caller }) => change(parameters.id, { kind: 'reopen' }, caller),

    ignoreIssue: ({ parameters, caller, body }) => {
      const until = body.until === undefined ? undefined : Date.parse(body.until);
      if (until !== undefined && until <= clock.now()) throw new Problem(400, 'body.until: in the past');
      const action = {
        kind: 'ignore' as const,
        ...defined({ until, moreEvents: body.events, untilEscalating: body.until_escalating }),
      };
      return change(parameters.id, action, caller);
    },

    listIssueHistory: async ({ parameters, query: { limit, cursor } }) => {
      const issue = (await store.getIssue(parameters.id)) ?? missing('issue');
      const asked = store.listIssueLog({ issueId: issue.id, limit, ...defined({ cursor }) });
      return pageAnswer(asked, historyAnswer);
    },

    listIssueEvents: async ({ parameters, query: { limit, cursor } }) => {
      const issue = (await store.getIssue(parameters.id)) ?? missing('issue');
      return pageAnswer(store.listEvents({ issueId: issue.id, limit, ...defined({ cursor }) }), eventAnswer);
    },

    listEvents: async ({ query }) => {
      const { limit, cursor, ...filters } = query;
      const asked = store.listEvents({ limit, ...defined({ cursor }), ...eventQuery(filters, clock) });
      return pageAnswer(asked, eventAnswer);
    },

    getSupport: async ({ parameters }) => {
      const code = canonicalSupportCode(parameters.code);
      const { events, issueIds } = await store.findSupported(code);
      const found = await Promise.all(issueIds.map((id) => store.getIssue(id)));
      const issues = await Promise.all(found.filter((issue) => issue !== undefined).map(answered));
      if (issues.length === 0) throw new Problem(404, 'no failure with this support code is known');
      return { support_code: code, issues, events: events.map(eventAnswer) };
    },

    getEvent: async ({ parameters }) =>
      eventAnswer((await store.getEvent(parameters.id)) ?? missing('event')),
  };
}

/** What cannot be done to the issue as it is. */
function refuse(error: unknown): never {
  if (error instanceof ActionRefused) throw new Problem(409, error.message);
  throw error;
}

function missing(what: string): never {
  throw new Problem(404, `there is no such ${what}`);
}
