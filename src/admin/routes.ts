import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Request, type Response, Router } from 'express';
import * as z from 'zod';
import { callerOf } from './access/authentication.ts';
import { parseAlertmanagerQuery } from './alertmanager/query.ts';
import { parseBody } from './body.ts';
import { alertmanagerRoutes, type RouteName, routes } from './contract.ts';
import type { Body, Route, RouteAnswer, RouteRequest } from './contract/route.ts';
import { Problem } from './problem.ts';
import { parseQuery } from './query.ts';

type Handler<R extends Route> = R extends { streams: readonly string[] }
  ? (request: RouteRequest<R>, message: IncomingMessage, response: ServerResponse) => void | Promise<void>
  : (request: RouteRequest<R>) => RouteAnswer<R> | Promise<RouteAnswer<R>>;

/** What serves the routes of a table: a route without a handler is found by the compiler. */
type HandlersOf<Table extends Record<string, Route>> = { [Name in keyof Table]: Handler<Table[Name]> };
export type Handlers<Name extends RouteName = RouteName> = HandlersOf<Pick<typeof routes, Name>>;
export type AlertmanagerHandlers = HandlersOf<typeof alertmanagerRoutes>;

/** A handler, as it looks to what does not know its route. */
type AnyHandler = (request: object, message: Request, response: Response) => unknown;

/** How requests are read. */
interface Reading {
  query: (target: string, schema: z.ZodObject) => object;
  body: (given: unknown, schema: Body) => object;
}

const strict: Reading = {
  query: parseQuery,
  body: (given, schema) => parseBody(given, 'strict' in schema ? schema.strict() : schema),
};
/** What is not known is passed over. */
const lenient: Reading = { query: parseAlertmanagerQuery, body: parseBody };

const prefix = '/api';

/** Everything below `/api` … */
export function apiRoutes(handlers: Handlers): Router {
  return tableRouter(routes, handlers, strict);
}

/** … and of Alertmanager's API. */
export function alertmanagerRouter(handlers: AlertmanagerHandlers): Router {
  return tableRouter(alertmanagerRoutes, handlers, lenient);
}

const methodsOf: Record<Route['method'], readonly string[]> = {
  get: ['GET', 'HEAD'],
  post: ['POST'],
  delete: ['DELETE'],
};

function tableRouter<Table extends Record<string, Route>>(
  table: Table,
  handlers: { [Name in keyof Table]: unknown },
  reading: Reading,
): Router {
  const router = Router({ caseSensitive: true });
  const methods = new Map<string, string[]>();
  for (const [name, route] of Object.entries(table)) {
    const path = route.path.slice(prefix.length);
    const { method } = route;
    methods.set(path, [...(methods.get(path) ?? []), ...methodsOf[method]]);
    router[method](path, serve(route, handlers[name] as AnyHandler, reading));
  }
  for (const [path, allowed] of methods) router.all(path, refuseMethod([...allowed, 'OPTIONS']));
  return router;
}

const nothing = z.strictObject({});

function serve(route: Route, handle: AnyHandler, reading: Reading) {
  return async (message: Request, response: Response): Promise<void> => {
    const request = {
      caller: callerOf(response),
      parameters: message.params,
      query: reading.query(message.originalUrl, route.query ?? nothing),
      body: reading.body(message.body, route.body ?? nothing),
    };
    const answer = await handle(request, message, response);
    if (route.streams !== undefined) return;
    if (answer === undefined) response.end();
    else response.json(answer);
  };
}

function refuseMethod(allowed: readonly string[]) {
  const headers = { allow: allowed.join(', ') };
  return ({ method }: Request, response: Response): void => {
    if (method !== 'OPTIONS') throw new Problem(405, `here only ${headers.allow}`, headers);
    response.set(headers).status(204).end();
  };
}
