import type { Proxies } from '../../config/proxies.ts';
import { buildConnector, type EnvHttpProxyAgent, Pool } from '../../runtime/undici/undici.ts';
import { proxyAgent } from './proxy-agent.ts';

/** A way through proxies for one WebSocket. */
export interface Tunnel {
  agent: EnvHttpProxyAgent;
  /** Closes what is below it: once it is a WebSocket it is no longer the agent's, and lasts until the other side closes it, which Slack does not. */
  cut(): void;
}

/** @returns undefined where there is no proxy */
export function tunnelThrough(proxies: Proxies): Tunnel | undefined {
  if (proxies.http === undefined && proxies.https === undefined) return undefined;
  const sockets = new Set<{ destroy(): unknown }>();
  const agent = proxyAgent(proxies, {
    allowH2: false,
    // Also for ws:, which has no TLS.
    proxyTunnel: true,
    factory: (origin, options: Pool.Options) => {
      const { connect } = options;
      const connector =
        typeof connect === 'function' ? connect : buildConnector({ ...connect, allowH2: false });
      return new Pool(origin, {
        ...options,
        connect: (to, callback) =>
          connector(to, (...made) => {
            if (made[1] !== null) sockets.add(made[1]);
            callback(...made);
          }),
      });
    },
  });
  return {
    agent,
    cut: () => {
      for (const socket of sockets) socket.destroy();
      void agent.destroy().catch(() => undefined);
    },
  };
}
