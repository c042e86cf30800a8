import { STATUS_CODES } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { ProblemAnswer } from './contract.ts';

/** A request cannot be served; answered as problem details (RFC 9457). The detail is shown to the client. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

export function notFound(): never {
  throw new Problem(404, 'there is nothing at this address');
}

/** Makes the last handler of an express app: every error becomes problem details. */
export function answerProblems(onUnexpected: (error: unknown) => void) {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    if (response.headersSent) {
      // Nothing can be said any more; to break off tells the client at least that something is missing.
      onUnexpected(error);
      response.destroy();
      return;
    }
    const { status, detail } = describe(error);
    if (status >= 500) onUnexpected(error);
    const answer: ProblemAnswer = {
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail,
    };
    response.status(status).type('application/problem+json').send(JSON.stringify(answer));
  };
}

function describe(error: unknown): { status: number; detail: string } {
  if (error instanceof Problem) return { status: error.status, detail: error.message };
  // Express and its parsers give errors of the client's making a status.
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  if (status >= 400 && status < 500) return { status, detail: 'the request cannot be understood' };
  return { status: 500, detail: 'something is wrong in here; it has been logged' };
}
