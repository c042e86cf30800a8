import type { Outcome } from '../receiver.ts';
import type { HttpAnswer } from './http-exchange.ts';

/** Where somebody says that it is too much but not for how long. */
export const defaultRetryAfterMillis = 30_000;

type Unreached = Extract<HttpAnswer, { kind: 'unreached' }>;

const causes: Readonly<Record<Unreached['cause'], string>> = {
  connection_refused: 'the connection was refused: nothing listens there',
  connection_reset: 'the connection was closed without an answer',
  timeout: 'there was no answer in time',
  dns: 'the host name could not be resolved',
  tls: 'TLS could not be agreed on: is its certificate one that is known here, and is it TLS that is spoken there?',
  not_http: 'what answers there does not speak HTTP/1.1',
  network: 'the network, or a proxy on the way, failed',
  stopped: 'Tocsin was stopped',
};

export function unreached(who: string, { cause }: Unreached): Outcome {
  return { kind: 'failed', reason: `${who} could not be reached: ${causes[cause]}` };
}

/** About what was sent, whichever way it is sent again. */
const rejections = new Set([400, 413, 415, 422]);

const passing = new Set([408, 425]);

const remedies: Readonly<Record<number, string>> = {
  401: 'It wants to know who sends: check the credentials.',
  403: 'It does not let us in: check the credentials, and what they are for.',
  404: 'There is nothing at that URL: check its path.',
  405: 'It takes no POST at that URL: check its path.',
  407: 'The proxy on the way wants a user name and a password: write them into HTTPS_PROXY or HTTP_PROXY.',
  410: 'It is gone for good: write another URL.',
};

/**
 * What an answer means by its status alone (RFC 9110, section 15), where a service has no names of its own for what is wrong.
 * @param who such as `The webhook`
 * @param said what it said about it, fit to be shown
 * @returns undefined if it was taken
 */
export function httpOutcome(who: string, answer: HttpAnswer, said = ''): Outcome | undefined {
  if (answer.kind === 'unreached') return unreached(who, answer);
  const { status, retryAfterMillis } = answer;
  if (status >= 200 && status < 300) return undefined;
  const reason = `${who} answered HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 429)
    return { kind: 'throttled', retryAfterMillis: retryAfterMillis ?? defaultRetryAfterMillis };
  if (status >= 500 || status < 200 || passing.has(status)) return { kind: 'failed', reason };
  if (rejections.has(status)) return { kind: 'rejected', reason };
  const remedy =
    status < 400
      ? 'Redirects are not followed: write the URL that it leads to.'
      : (remedies[status] ?? 'Check the URL, and who may send there.');
  return { kind: 'refused', reason, remedy };
}
