import type { Environment } from './environment.ts';
import type { Problem } from './problem.ts';
import { Secret } from './secret.ts';

/** Through which proxies requests go. Their URLs may have passwords in them. */
export interface Proxies {
  /** For `http://…`; undefined = directly. */
  http: Secret | undefined;
  /** For `https://…`. */
  https: Secret | undefined;
  /** Hosts that are reached directly: names, domains and ports, apart by commas, as curl has them; `*` = all. */
  exceptions: string;
}

export const noProxies: Proxies = { http: undefined, https: undefined, exceptions: '' };

/**
 * The variables that most programs know, of which the one in lower case counts more. What is no URL of a proxy is told and not
 * used: a variable for a whole pod must not keep Tocsin from starting.
 */
export function readProxies(environment: Environment): { proxies: Proxies; problems: Problem[] } {
  const problems: Problem[] = [];
  const proxy = (name: string): Secret | undefined => {
    const variable = [name, name.toUpperCase()].find((each) => environment[each]);
    if (variable === undefined) return undefined;
    const url = proxyUrl(environment[variable]!);
    if (url !== undefined) return new Secret(url);
    const message = 'not a proxy that can be used (ignored): write http://HOST:PORT or https://HOST:PORT';
    problems.push({ severity: 'warning', place: { variable }, path: '', message });
    return undefined;
  };
  const proxies = {
    http: proxy('http_proxy'),
    https: proxy('https_proxy'),
    exceptions: environment['no_proxy'] || environment['NO_PROXY'] || '',
  };
  return { proxies, problems };
}

/** Often written without the scheme. */
function proxyUrl(written: string): string | undefined {
  const text = written.trim();
  const url = URL.parse(/^[a-z0-9+.-]+:\/\//i.test(text) ? text : `http://${text}`);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.href : undefined;
}
