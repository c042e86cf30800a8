import { STATUS_CODES } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { ProblemAnswer } from './contract.ts';

/** A request cannot be served; answered as problem details (RFC 9457). The detail is shown to the client. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

export function notFound(): never {
  throw new Problem(404, 'there is nothing at this address; /api/openapi.json lists what there is');
}

/** Makes the last handler of an express app: every error becomes problem details. */
export function answerProblems(onUnexpected: (error: unknown) => void) {
  return answerErrors(onUnexpected, (response, status, detail) => {
    const title = STATUS_CODES[status] ?? 'Error';
    const answer: ProblemAnswer = { type: 'about:blank', title, status, detail };
    response.type('application/problem+json').send(JSON.stringify(answer));
  });
}

/** The same where clients of Alertmanager's API ask: an error is a text, in JSON. */
export function answerTexts(onUnexpected: (error: unknown) => void) {
  return answerErrors(onUnexpected, (response, _status, detail) => {
    response.json(detail);
  });
}

function answerErrors(
  onUnexpected: (error: unknown) => void,
  answer: (response: Response, status: number, detail: string) => void,
) {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    if (response.headersSent) {
      // Nothing can be said any more; to break off tells the client at least that something is missing.
      onUnexpected(error);
      response.destroy();
      return;
    }
    const { status, detail, headers } = describe(error);
    if (status >= 500 && !(error instanceof Problem)) onUnexpected(error);
    answer(response.status(status).set(headers), status, detail);
  };
}

type Described = Pick<Problem, 'status' | 'headers'> & { detail: string };

function describe(error: unknown): Described {
  if (error instanceof Problem)
    return { status: error.status, detail: error.message, headers: error.headers };
  // Express and its parsers give errors of the client's making a status.
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  const isClients = status >= 400 && status < 500;
  return {
    status: isClients ? status : 500,
    detail: isClients
      ? (details[status] ?? 'the request cannot be understood')
      : 'something is wrong in here; it has been logged',
    headers: {},
  };
}

const details: Readonly<Record<number, string>> = {
  400: 'the path or the body of the request cannot be decoded',
  413: 'the body is larger than what is taken here',
  415: 'the body is not plain JSON in UTF-8: send content-type: application/json, and no content-encoding',
};
