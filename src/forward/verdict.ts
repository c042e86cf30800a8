import { retryAfterMillis } from '../runtime/retry-after.ts';
import { type Answer, unreachedReasons } from './answer.ts';
import { decodeExportResponse, decodeJsonExportResponse, decodeStatusMessage } from './export-response.ts';

/** What an answer means for what was sent. The texts are the back end's own and are not fit to be shown yet. */
export type Verdict =
  /** `rejected` items were not; they must not be sent again. */
  | { kind: 'taken'; rejected: number; remark: string }
  | { kind: 'tryAgain'; reason: string; text: string; afterMillis: number | undefined }
  | { kind: 'refused'; reason: string; text: string; about: Refusal };

/** What a refusal is about: how large the request is, something in it, or whatever is sent. */
export type Refusal = 'size' | 'content' | 'all';

/**
 * opentelemetry-proto, docs/specification.md, "OTLP/HTTP Response", "Failures" and "All Other Responses": of the answers only
 * these may be tried again, and a client that gets no answer at all should.
 */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** @param now milliseconds since the Unix epoch */
export function judge(answer: Exclude<Answer, { kind: 'aborted' }>, now: number): Verdict {
  if (answer.kind === 'unreached') {
    return { kind: 'tryAgain', reason: unreachedReasons[answer.cause], text: '', afterMillis: undefined };
  }
  const { status, retryAfter } = answer;
  if (status >= 200 && status < 300) return taken(answer);
  const reason = `HTTP ${status}${hints[status] ?? ''}`;
  const text = textOf(answer);
  return retryable.has(status)
    ? { kind: 'tryAgain', reason, text, afterMillis: retryAfterMillis(retryAfter, now) }
    : { kind: 'refused', reason, text, about: refusals[status] ?? 'all' };
}

const refusals: Readonly<Record<number, Refusal>> = { 400: 'content', 413: 'size' };

type Answered = Extract<Answer, { kind: 'answered' }>;

/** "Partial Success": what was rejected is not sent again. What cannot be read rejects nothing. */
function taken({ contentType, body }: Answered): Verdict {
  const response =
    contentType === 'application/json' ? decodeJsonExportResponse(body) : decodeExportResponse(body);
  const isOtlp = ['', 'application/json', 'application/x-protobuf', 'application/octet-stream'].includes(
    contentType,
  );
  if (response === undefined || (!isOtlp && body.length > 0)) {
    const remark =
      'the answer is 200 and not that of an OTLP back end: is forward.endpoint the right URL? What is sent there may be lost';
    return { kind: 'taken', rejected: 0, remark };
  }
  return { kind: 'taken', rejected: response.rejected, remark: response.message };
}

/** "Failures": the body is a google.rpc.Status; what stands in between is less polite. */
function textOf({ contentType, body }: Answered): string {
  const isProtobuf = contentType === 'application/x-protobuf';
  return (isProtobuf ? decodeStatusMessage(body) : undefined) ?? Buffer.from(body).toString('utf8');
}

const hints: Readonly<Record<number, string>> = {
  301: ' (redirects are not followed: put the new URL into forward.endpoint)',
  302: ' (redirects are not followed: put the new URL into forward.endpoint)',
  307: ' (redirects are not followed: put the new URL into forward.endpoint)',
  308: ' (redirects are not followed: put the new URL into forward.endpoint)',
  401: ' (is the key in forward.headers right?)',
  403: ' (is the key in forward.headers right?)',
  404: ' (is forward.endpoint right? v1/traces and so on are appended to it)',
  508: ' (the endpoint leads back to Tocsin itself: set forward.endpoint to your back end)',
  413: ' (one item alone is too large for it)',
};
