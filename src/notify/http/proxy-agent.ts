import type { Proxies } from '../../config/proxies.ts';
import { EnvHttpProxyAgent } from '../../runtime/undici/undici.ts';

/** Connects through the proxies where there are some, and directly where there are none. */
export function proxyAgent(proxies: Proxies, options: EnvHttpProxyAgent.Options): EnvHttpProxyAgent {
  return new EnvHttpProxyAgent({
    ...options,
    // Never undefined: the library would read the environment itself.
    httpProxy: proxies.http?.reveal() ?? '',
    httpsProxy: proxies.https?.reveal() ?? '',
    noProxy: proxies.exceptions,
  });
}
