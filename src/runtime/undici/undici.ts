import api from 'undici/lib/api/index.js';
import buildConnector from 'undici/lib/core/connect.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import Pool from 'undici/lib/dispatcher/pool.js';

/*
 * Of undici what requests by HTTP/1.1 need. As a whole it brings caches, cookies, WebSockets and stand-ins for tests with it: 2 MB of
 * memory in every process that forwards or tells anybody.
 */

// As its own index does: the ways to send a request.
Object.assign(Dispatcher.prototype, api);

export { buildConnector, EnvHttpProxyAgent, Pool };
