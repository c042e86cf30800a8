import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type * as z from 'zod';
import { Problem } from './problem.ts';

const longestBodyBytes = 64 * 1024;

/** Reads the body of a request that has one: JSON, of at most 64 KiB, not compressed. */
export function readBody(): RequestHandler {
  const readJson = express.json({ limit: longestBodyBytes, inflate: false, type: isJson });
  return (request: Request, response: Response, next: NextFunction): void => {
    const length = Number(request.headers['content-length'] ?? 0);
    if (length > longestBodyBytes) throw new Problem(413, 'the body is larger than 64 KiB');
    const hasBody = length > 0 || request.headers['transfer-encoding'] !== undefined;
    // Bodies of GET and the like have no meaning (RFC 9110, section 9.3.1): they are not read.
    if (!hasBody || request.method !== 'POST') next();
    else if (isJson(request)) readJson(request, response, next);
    else throw new Problem(415, 'the body is not JSON: send content-type: application/json, or no body');
  };
}

/** @throws Problem unless the body is what the route takes */
export function parseBody(body: unknown, schema: z.ZodObject): Record<string, unknown> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${['body', ...path].join('.')}: ${message}`);
  throw new Problem(400, wrong.join('; '));
}

function isJson({ headers }: Pick<Request, 'headers'>): boolean {
  return /^application\/json *(;|$)/i.test(headers['content-type'] ?? '');
}
