/** Names of endpoints that only say whether the app is there, as the last part of a path. */
const endpoints = new Set([
  'health',
  'healthy',
  'healthz',
  'health_check',
  'health-check',
  '_health',
  '[_health]',
  'live',
  'livez',
  'ready',
  'readyz',
  'ping',
  'up',
]);

/** These say so wherever they stand in a path or name. */
const anywhere = ['healthcheck', 'heartbeat'];

/** Whether a path, or a whole URL, is asked for by probes only. A query and slashes at its end change nothing. */
export function isHealthCheckPath(path: string): boolean {
  return isHealthCheck(pathOnly(path.toLowerCase()));
}

/**
 * Whether a span's name is that of a health check: a path or a method of HTTP and a route. A probe only
 * reads: `POST /orders/{id}/ready` is an order that becomes ready.
 */
export function isHealthCheckSpanName(name: string): boolean {
  const lower = name.toLowerCase();
  const space = lower.indexOf(' ');
  const method = space === -1 ? '' : lower.slice(0, space);
  if (readingMethods.has(method)) return isHealthCheck(withLeadingSlash(pathOnly(lower.slice(space + 1))));
  return !writingMethods.has(method) && isHealthCheck(pathOnly(lower));
}

const readingMethods = new Set(['get', 'head', 'options']);
const writingMethods = new Set(['post', 'put', 'patch', 'delete']);

function isHealthCheck(path: string): boolean {
  if (anywhere.some((word) => path.includes(word))) return true;
  const slash = path.lastIndexOf('/');
  return slash !== -1 && endpoints.has(path.slice(slash + 1));
}

/** Without host, query, fragment and slashes at the end: `https://api.health.com/?up` is about nobody's health. */
function pathOnly(url: string): string {
  const query = url.search(/[?#]/);
  let end = query === -1 ? url.length : query;
  const from = Math.min(pathBegin(url), end);
  while (end > from && url.charAt(end - 1) === '/') end--;
  return url.slice(from, end);
}

/** A scheme ends at the first slash; another `://` is a part of the path. */
function pathBegin(url: string): number {
  const slash = url.indexOf('/');
  if (slash < 1 || url.charAt(slash - 1) !== ':' || url.charAt(slash + 1) !== '/') return 0;
  const begin = url.indexOf('/', slash + 2);
  return begin === -1 ? url.length : begin;
}

/** ASP.NET writes its routes without one. */
function withLeadingSlash(route: string): string {
  return route.startsWith('/') ? route : `/${route}`;
}
