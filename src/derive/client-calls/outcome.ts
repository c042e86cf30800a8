import { statusCode } from '../../otlp/span-view.ts';

/** What became of a call, as its caller saw it. */
export const callOutcomes = ['success', 'failure', 'client_error', 'resend', 'aborted'] as const;
export type CallOutcome = (typeof callOutcomes)[number];

/** By number, for tables of calls. */
export const outcome = {
  success: 0,
  /** It may work if it is tried again. */
  failure: 1,
  /** The other side answered that it will not do this: asked again, it answers the same. */
  clientError: 2,
  /** It is to be sent again in another way: to another place, or with a token. */
  resend: 3,
  /** Nobody waited for the answer: a time limit, or the one that asked was gone. */
  aborted: 4,
} as const;

/** https://grpc.io/docs/guides/status-codes/: unknown, a deadline, an exhausted quota, a conflict, an internal error, a server that is away, lost data. */
const grpcFailures = new Set([2, 4, 8, 10, 13, 14, 15]);
const grpcCancelled = 1;

const requestTimeout = 408;
const tooEarly = 425;
const tooManyRequests = 429;
const needsToken = new Set([401, 407]);

/**
 * The status that the other side answered with counts first, then that of the span, and never `error.type` against them: instrumentations
 * disagree on what they put there, and some put it nowhere. An HTTP call without an answer and without an error is one that was given up.
 *
 * @param httpStatus -1 if the span does not say it, as `grpcStatus`
 * @param status of the span
 * @param hasError whether it says what kind of error it ended with, or an exception was recorded on it
 */
export function outcomeOf(
  isHttp: boolean,
  httpStatus: number,
  grpcStatus: number,
  status: number,
  hasError: boolean,
): number {
  if (httpStatus >= 100) return outcomeOfHttp(httpStatus);
  const isError = status === statusCode.error || hasError;
  if (grpcStatus >= 0) {
    if (grpcStatus === 0) return isError ? outcome.failure : outcome.success;
    if (grpcStatus === grpcCancelled) return outcome.aborted;
    return grpcFailures.has(grpcStatus) ? outcome.failure : outcome.clientError;
  }
  if (isError) return outcome.failure;
  return isHttp && status !== statusCode.ok ? outcome.aborted : outcome.success;
}

function outcomeOfHttp(code: number): number {
  if (code >= 500 || code === requestTimeout || code === tooEarly || code === tooManyRequests)
    return outcome.failure;
  if (needsToken.has(code) || (code >= 300 && code <= 399 && code !== notModified)) return outcome.resend;
  return code >= 400 ? outcome.clientError : outcome.success;
}

const notModified = 304;

/** Whether another attempt may make up for it. */
export function mayBeRetried(of: number): boolean {
  return of === outcome.failure || of === outcome.aborted;
}
