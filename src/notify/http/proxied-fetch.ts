import { fetch as fetchBy } from 'undici/lib/web/fetch/index.js';
import type { Proxies } from '../../config/proxies.ts';
import { proxyAgent } from './proxy-agent.ts';

/** `fetch` for a library that is given one, through proxies. */
export function proxiedFetch(proxies: Proxies): typeof fetch {
  const dispatcher = proxyAgent(proxies, {});
  // The types of the two are those of two versions; what is passed here is of the kinds that both know.
  const throughProxy = (url: unknown, init: unknown) =>
    fetchBy(url as string, { ...(init as Parameters<typeof fetchBy>[1]), dispatcher });
  return throughProxy;
}
