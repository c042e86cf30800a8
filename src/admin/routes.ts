import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Request, type Response, Router } from 'express';
import * as z from 'zod';
import { callerOf } from './access/authentication.ts';
import { parseBody } from './body.ts';
import { type RouteName, routes } from './contract.ts';
import type { Route, RouteAnswer, RouteRequest } from './contract/route.ts';
import { Problem } from './problem.ts';
import { parseQuery } from './query.ts';

type Handler<R extends Route> = R extends { streams: readonly string[] }
  ? (request: RouteRequest<R>, message: IncomingMessage, response: ServerResponse) => void | Promise<void>
  : (request: RouteRequest<R>) => RouteAnswer<R> | Promise<RouteAnswer<R>>;

/** What serves the routes of these names: a route without a handler is found by the compiler. */
export type Handlers<Name extends RouteName = RouteName> = {
  [Each in Name]: Handler<(typeof routes)[Each]>;
};

/** A handler, as it looks to what does not know its route. */
type AnyHandler = (request: object, message: Request, response: Response) => unknown;

const prefix = '/api';

/** Everything below `/api`. */
export function apiRoutes(handlers: Handlers): Router {
  const router = Router({ caseSensitive: true });
  const methods = new Map<string, string[]>();
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.slice(prefix.length);
    const { method } = route;
    methods.set(path, [...(methods.get(path) ?? []), ...(method === 'get' ? ['GET', 'HEAD'] : ['POST'])]);
    router[method](path, serve(route, handlers[name as RouteName] as AnyHandler));
  }
  for (const [path, allowed] of methods) router.all(path, refuseMethod([...allowed, 'OPTIONS']));
  return router;
}

const nothing = z.strictObject({});

function serve(route: Route, handle: AnyHandler) {
  return async (message: Request, response: Response): Promise<void> => {
    const request = {
      caller: callerOf(response),
      parameters: message.params,
      query: parseQuery(message.originalUrl, route.query ?? nothing),
      body: parseBody(message.body, (route.body ?? nothing).strict()),
    };
    const answer = await handle(request, message, response);
    if (route.streams === undefined) response.json(answer);
  };
}

function refuseMethod(allowed: readonly string[]) {
  const headers = { allow: allowed.join(', ') };
  return ({ method }: Request, response: Response): void => {
    if (method !== 'OPTIONS') throw new Problem(405, `here only ${headers.allow}`, headers);
    response.set(headers).status(204).end();
  };
}
