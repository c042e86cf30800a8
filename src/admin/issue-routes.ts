import { type Request, type Response, Router } from 'express';
import { severities } from '../errors/error-event.ts';
import { issueStates } from '../issues/issue.ts';
import { InvalidCursor, type IssueQuery, type IssueStore } from '../issues/issue-store.ts';
import type { Clock } from '../runtime/clock.ts';
import type { IssueAnswer, PageAnswer } from './contract.ts';
import { issueAnswer } from './issue-answer.ts';
import { Problem } from './problem.ts';

export interface IssueRoutesDependencies {
  clock: Clock;
  issues: Pick<IssueStore, 'listIssues' | 'getIssue' | 'resolveIssue'>;
  /** Called when alerting has something new to look at. */
  onChanged: () => void;
}

const defaultLimit = 50;
const highestLimit = 1000;

/** `/api/issues` and what is below it. */
export function issueRoutes({ clock, issues, onChanged }: IssueRoutesDependencies): Router {
  const router = Router();

  router.get('/', async (request: Request, response: Response) => {
    const page = await issues.listIssues(queryOf(request)).catch(refuseCursor);
    const answer: PageAnswer<IssueAnswer> = {
      items: page.items.map(issueAnswer),
      next_cursor: page.nextCursor ?? null,
    };
    response.json(answer);
  });

  router.get('/:id', async (request: Request<{ id: string }>, response: Response) => {
    const issue = await issues.getIssue(request.params.id);
    if (issue === undefined) throw noSuchIssue();
    response.json(issueAnswer(issue));
  });

  router.post('/:id/resolve', async (request: Request<{ id: string }>, response: Response) => {
    const issue = await issues.resolveIssue(request.params.id, String(response.locals['owner']), clock.now());
    if (issue === undefined) throw noSuchIssue();
    onChanged();
    response.json(issueAnswer(issue));
  });

  return router;
}

function queryOf(request: Request): IssueQuery {
  const given = new URL(request.originalUrl, 'http://localhost').searchParams;
  const service = given.get('service') || undefined;
  const cursor = given.get('cursor') || undefined;
  const states = someOf(given, 'state', issueStates);
  const wanted = someOf(given, 'severity', severities);
  return {
    limit: limitOf(given.get('limit')),
    ...(states && { states }),
    ...(wanted && { severities: wanted }),
    ...(service && { service }),
    ...(cursor && { cursor }),
  };
}

/** Several values may be given, apart by commas or as several parameters. */
function someOf<T extends string>(
  given: URLSearchParams,
  name: string,
  allowed: readonly T[],
): T[] | undefined {
  const values = given
    .getAll(name)
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '');
  const chosen = allowed.filter((value) => values.includes(value));
  if (values.some((value) => !allowed.some((known) => known === value))) {
    throw new Problem(400, `${name} is not one of: ${allowed.join(', ')}`);
  }
  return values.length === 0 ? undefined : chosen;
}

function limitOf(text: string | null): number {
  if (text === null || text === '') return defaultLimit;
  const limit = Number(text);
  if (!Number.isInteger(limit)) throw new Problem(400, 'limit is not a whole number');
  return Math.min(Math.max(limit, 1), highestLimit);
}

function refuseCursor(error: unknown): never {
  if (error instanceof InvalidCursor) throw new Problem(400, error.message);
  throw error;
}

function noSuchIssue(): Problem {
  return new Problem(404, 'there is no such issue');
}
