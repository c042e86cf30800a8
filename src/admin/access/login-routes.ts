import { type Request, type Response, Router } from 'express';
import * as z from 'zod';
import { page, pageStyle } from '../page.ts';
import { Problem } from '../problem.ts';
import { parseQuery } from '../query.ts';
import { policy } from '../security-headers.ts';
import type { Authentication } from './authentication.ts';
import { checkNavigation, checkOrigin } from './origin.ts';
import { noSessionCookie, sessionCookie, sessionIdsOf } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

export interface LoginDependencies {
  authentication: Authentication;
  sessions: Sessions;
  hosts: readonly string[];
  version: string;
}

const loginQuery = z.object({ token: z.string({ error: 'missing: use the link that Tocsin printed' }) });

/** What a browser opens: the first page, and the way in and out. */
export function loginRoutes({ authentication, sessions, hosts, version }: LoginDependencies): Router {
  const router = Router({ caseSensitive: true, strict: true });

  router.get('/', (request: Request, response: Response) => {
    const isForeign = request.headers['sec-fetch-site'] === 'cross-site';
    const name = isForeign ? undefined : authentication.bySession(request)?.name;
    response.set('content-security-policy', policy(`style-src '${pageStyle}'`));
    response.type('html').send(page({ version, name }));
  });

  router.get('/login', (request: Request, response: Response) => {
    checkNavigation(request);
    const { token } = parseQuery(request.originalUrl, loginQuery);
    if (request.method === 'HEAD') throw new Problem(405, 'open the link with GET', { allow: 'GET' });
    const name = authentication.nameOf(token, request);
    if (name === undefined)
      throw new Problem(401, 'this login link is not right, or not any more: take a new one');
    for (const earlier of sessionIdsOf(request)) sessions.end(earlier);
    response.set('set-cookie', sessionCookie(sessions.begin(name)));
    // The token does not stay in the address bar.
    response.redirect(303, '/');
  });

  router.post('/logout', (request: Request, response: Response) => {
    const ids = sessionIdsOf(request);
    checkOrigin(request, ids.length > 0, hosts);
    for (const id of ids) sessions.end(id);
    response.set('set-cookie', noSessionCookie);
    response.redirect(303, '/');
  });

  for (const [path, allow] of [
    ['/', 'GET, HEAD'],
    ['/login', 'GET'],
    ['/logout', 'POST'],
  ] as const) {
    router.all(path, () => {
      throw new Problem(405, `here only ${allow}`, { allow });
    });
  }
  return router;
}
