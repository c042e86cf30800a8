import { type Logger, type LogLevel, WebClient } from '@slack/web-api';

export interface SlackClientOptions {
  token: string;
  /** Root of the Web API, ending with a slash. */
  apiUrl: string;
  timeoutMillis: number;
  fetch: typeof fetch;
  /** Looked at for every call: aborts it. */
  cancelled: () => AbortSignal | undefined;
}

/**
 * Slack's own client with everything off that decides by itself: on a 429 it would hold every call back, and only the
 * dispatcher knows which message is worth trying again. A file of its own, since it is loaded when there is a Slack to talk to,
 * and the bundler only splits off whole modules.
 */
export function createSlackClient({
  token,
  apiUrl,
  timeoutMillis,
  fetch,
  cancelled,
}: SlackClientOptions): WebClient {
  return new WebClient(token, {
    slackApiUrl: apiUrl,
    timeout: timeoutMillis,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: silentLogger,
    fetch: (url, init) => fetch(url, { ...init, signal: anySignal(init?.signal, cancelled()) }),
  });
}

function anySignal(...signals: (AbortSignal | null | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== null && signal !== undefined));
}

const ignore = (): void => undefined;

/** Its own log would go to the console, beside ours; everything that it says is in the error that it throws. */
export const silentLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  setName: ignore,
  getLevel: () => 'error' as LogLevel,
};
