/** What goes back over HTTP, and what the record of calls says of it. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** `ok`, or Slack's name for what was wrong. */
  outcome: string;
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' };
const textType = { 'content-type': 'text/plain; charset=utf-8' };

export function jsonAnswer(status: number, body: unknown, outcome: string): Answer {
  return { status, headers: jsonType, body: JSON.stringify(body), outcome };
}

export function textAnswer(status: number, body: string, outcome = body): Answer {
  return { status, headers: textType, body, outcome };
}

/** A method that worked. Source: docs.slack.dev/apis/web-api (every answer is 200 and has `ok`) */
export function apiOk(fields: Readonly<Record<string, unknown>>): Answer {
  return jsonAnswer(200, { ok: true, ...fields }, 'ok');
}

export function apiError(error: string, complaints: readonly string[] = []): Answer {
  if (complaints.length === 0) return jsonAnswer(200, { ok: false, error }, error);
  const messages = complaints.map((complaint) => `[ERROR] ${complaint}`);
  return jsonAnswer(200, { ok: false, error, errors: complaints, response_metadata: { messages } }, error);
}

/** Source: docs.slack.dev/apis/web-api/rate-limits */
export function apiRateLimited(retryAfterSeconds: number): Answer {
  const answer = jsonAnswer(429, { ok: false, error: 'ratelimited' }, 'ratelimited');
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } };
}

/** Errors of webhooks that are not 400. Source: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
const webhookStatuses: ReadonlyMap<string, number> = new Map([
  ['action_prohibited', 403],
  ['invalid_token', 403],
  ['no_service', 404],
  ['no_team', 404],
  ['channel_not_found', 404],
  ['channel_is_archived', 410],
  ['rollup_error', 500],
]);

export function webhookError(error: string): Answer {
  return textAnswer(webhookStatuses.get(error) ?? 400, error);
}

export function webhookRateLimited(retryAfterSeconds: number): Answer {
  const answer = textAnswer(429, 'rate_limited', 'ratelimited');
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } };
}
