import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type { Body } from './contract/route.ts';
import { Problem } from './problem.ts';

const kib = 1024;
const limits = { usual: 64 * kib, alerts: 1024 * kib } as const;

/** Reads the body of a request that has one: JSON, of at most 64 KiB, and of alerts, which come by the hundred, 1 MiB; not compressed. */
export function readBody(): RequestHandler {
  const reader = (limit: number): RequestHandler => express.json({ limit, inflate: false, type: isJson });
  const readers = { usual: reader(limits.usual), alerts: reader(limits.alerts) };
  return (request: Request, response: Response, next: NextFunction): void => {
    const kind = request.path.endsWith('/v2/alerts') ? 'alerts' : 'usual';
    const length = Number(request.headers['content-length'] ?? 0);
    if (length > limits[kind]) throw new Problem(413, `the body is larger than ${limits[kind] / kib} KiB`);
    const hasBody = length > 0 || request.headers['transfer-encoding'] !== undefined;
    // Bodies of GET and the like have no meaning (RFC 9110, section 9.3.1): they are not read.
    if (!hasBody || request.method !== 'POST') next();
    else if (isJson(request)) readers[kind](request, response, next);
    else throw new Problem(415, 'the body is not JSON: send content-type: application/json, or no body');
  };
}

/** @throws Problem unless the body is what the route takes */
export function parseBody(body: unknown, schema: Body): object {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${['body', ...path].join('.')}: ${message}`);
  throw new Problem(400, wrong.join('; '));
}

function isJson({ headers }: Pick<Request, 'headers'>): boolean {
  return /^application\/json *(;|$)/i.test(headers['content-type'] ?? '');
}
