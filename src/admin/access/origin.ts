import type { IncomingMessage } from 'node:http';
import { Problem } from '../problem.ts';
import { authorityOf, hostOf } from './hosts.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another page makes a browser send. What has no cookie and no Origin comes from no browser.
 * @param proxied hosts that may be reached by HTTPS, through a proxy
 * @throws Problem
 */
export function checkOrigin(request: IncomingMessage, hasCookie: boolean, proxied: readonly string[]): void {
  if (hasCookie && request.headers['sec-fetch-site'] === 'cross-site') throw foreign();
  if (safeMethods.has(request.method ?? '')) return;
  const { origin } = request.headers;
  if (origin === undefined ? hasCookie : !isOwn(origin, request, proxied)) throw foreign();
}

/**
 * Refuses what another page asks for without its user having gone there: by it, any page could use up the tries that an address
 * has.
 * @throws Problem
 */
export function checkNavigation({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  if (isForeign && headers['sec-fetch-dest'] !== 'document') throw foreign();
}

function isOwn(origin: string, request: IncomingMessage, proxied: readonly string[]): boolean {
  const own = (authorityOf(request) ?? '').toLowerCase();
  if (own === '') return false;
  const given = origin.toLowerCase();
  if (given === `http://${own}`) return true;
  return proxied.includes(hostOf(request) ?? '') && given === `https://${own}`;
}

function foreign(): Problem {
  return new Problem(403, 'the request was sent by another page, or does not say by which (Origin)');
}
