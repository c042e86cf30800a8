import type { WebClient } from '@slack/web-api';
import { noProxies, type Proxies } from '../../config/proxies.ts';
import type { Secret } from '../../config/secret.ts';

/** How Slack's Web API is reached. */
export interface SlackReached {
  token: Secret;
  /** Root of the Web API, ending with a slash. */
  apiUrl: string;
  timeoutMillis: number;
  /** Through which it is reached. */
  proxies?: Proxies | undefined;
}

/**
 * The library is loaded when there is a Slack to talk to, and not before.
 * @param cancelled looked at for every call: aborts it
 */
export async function connectToSlack(
  { token, apiUrl, timeoutMillis, proxies = noProxies }: SlackReached,
  cancelled: () => AbortSignal | undefined,
): Promise<WebClient> {
  const { createSlackClient } = await import('./slack-client.ts');
  const fetch = await fetchThrough(proxies);
  return createSlackClient({ token: token.reveal(), apiUrl, timeoutMillis, fetch, cancelled });
}

/** Node's own is there already, but cannot be given a proxy. */
export async function fetchThrough(proxies: Proxies): Promise<typeof fetch> {
  if (proxies.http === undefined && proxies.https === undefined) return fetch;
  const { proxiedFetch } = await import('../http/proxied-fetch.ts');
  return proxiedFetch(proxies);
}
