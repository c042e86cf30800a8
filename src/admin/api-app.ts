import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Clock } from '../runtime/clock.ts';
import { Authentication } from './access/authentication.ts';
import { FailedAttempts } from './access/failed-attempts.ts';
import { checkHost } from './access/hosts.ts';
import { loginRoutes } from './access/login-routes.ts';
import { Sessions } from './access/sessions.ts';
import { readBody } from './body.ts';
import { type AlertmanagerDependencies, alertmanagerHandlers } from './handlers/alertmanager.ts';
import { apiHandlers, type HandlersDependencies } from './handlers/index.ts';
import { answerProblems, answerTexts, notFound } from './problem.ts';
import { alertmanagerRouter, apiRoutes } from './routes.ts';
import { securityHeaders } from './security-headers.ts';
import type { AdminToken } from './token.ts';

export interface ApiDependencies extends HandlersDependencies, AlertmanagerDependencies {
  clock: Clock;
  tokens: readonly AdminToken[];
  /** Names beside the loopback ones by which it may be reached; in lower case. */
  hosts: readonly string[];
  onAnswered: (code: number) => void;
  onUnexpected: (error: unknown) => void;
}

/**
 * The API for people and their tools. Nothing of it is served without a token, not even on loopback, which every container
 * of a pod shares.
 */
export function apiApp(dependencies: ApiDependencies): Express {
  const { clock, tokens, hosts, version, onAnswered, onUnexpected } = dependencies;
  const sessions = new Sessions(clock);
  const attempts = new FailedAttempts(clock);
  const authentication = new Authentication({ tokens, sessions, attempts, hosts });

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  // Queries are parsed by the schemas of their routes.
  app.set('query parser', false);
  app.use(countAnswers(onAnswered));
  app.use(securityHeaders);
  // Before anything is looked up: who was lured here is not told whether a token is right.
  app.use(checkHost(hosts));
  app.use(loginRoutes({ authentication, sessions, hosts, version }));
  // Before the body is read: only who has a token may make us read one.
  app.use(
    '/api',
    authentication.require,
    readBody(),
    alertmanagerRouter(alertmanagerHandlers(dependencies)),
    apiRoutes(apiHandlers(dependencies)),
  );
  app.use(notFound);
  app.use('/api/v2', answerTexts(onUnexpected));
  app.use(answerProblems(onUnexpected));
  return app;
}

function countAnswers(onAnswered: (code: number) => void) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    response.on('close', () => {
      if (response.headersSent) onAnswered(response.statusCode);
    });
    next();
  };
}
