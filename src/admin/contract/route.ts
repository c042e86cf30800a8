import type * as z from 'zod';

export type Body = z.ZodObject | z.ZodArray<z.ZodObject>;

/** One route of the API: what it takes, and what it answers. */
export interface Route {
  method: 'get' | 'post' | 'delete';
  /** Parameters as express writes them: `/api/issues/:id`. */
  path: `/api/${string}`;
  summary: string;
  /** Parameters of the query; others are refused. */
  query?: z.ZodObject;
  /** A JSON body. Without one, none is needed and none but `{}` taken. */
  body?: Body;
  /** Has a name of its own, see `named`, where it is described. Undefined: nothing. */
  answer: z.ZodType;
  /** Sent by its handler, piece by piece, as one of these media types. Of server-sent events `answer` is the data of each. */
  streams?: readonly string[];
  /** Statuses of problem details, beside those that every route has. */
  errors?: readonly number[];
}

type ParameterNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParameterNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** Who asks. */
export interface Caller {
  /** Of the token: who did it. */
  name: string;
  /** Whether it may still; a session ends. */
  isAllowed: () => boolean;
}

/** What a handler is given: checked, and typed by its route. */
export interface RouteRequest<R extends Route> {
  caller: Caller;
  parameters: Readonly<Record<ParameterNames<R['path']>, string>>;
  query: R extends { query: infer Q extends z.ZodObject } ? z.output<Q> : Record<never, never>;
  body: R extends { body: infer B extends Body } ? z.output<B> : Record<never, never>;
}

export type RouteAnswer<R extends Route> = z.input<R['answer']>;
