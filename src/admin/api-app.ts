import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { type IssueRoutesDependencies, issueRoutes } from './issue-routes.ts';
import { answerProblems, notFound, Problem } from './problem.ts';
import { type AdminToken, ownerOf } from './token.ts';

export interface ApiDependencies extends IssueRoutesDependencies {
  tokens: readonly AdminToken[];
  onUnexpected: (error: unknown) => void;
}

/**
 * The API for people and their tools. Nothing of it is served without a token, not even on loopback, which every container
 * of a pod shares.
 */
export function apiApp(dependencies: ApiDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use('/api', requireToken(dependencies.tokens));
  app.use('/api/issues', issueRoutes(dependencies));
  app.use(notFound);
  app.use(answerProblems(dependencies.onUnexpected));
  return app;
}

function requireToken(tokens: readonly AdminToken[]) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const owner = given === undefined ? undefined : ownerOf(given, tokens);
    if (owner === undefined) {
      response.setHeader('www-authenticate', 'Bearer realm="tocsin"');
      throw new Problem(401, 'send the admin token: Authorization: Bearer TOKEN');
    }
    response.locals['owner'] = owner;
    next();
  };
}
