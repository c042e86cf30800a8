import type { IncomingMessage } from 'node:http';
import { sessionSeconds } from './sessions.ts';

export const cookieName = 'tocsin_session';
/** No `Secure`: it is served without TLS, on loopback. */
const attributes = 'Path=/; HttpOnly; SameSite=Strict';

/** A browser may hold several of one name, set by other servers on other ports of the same host. */
const mostLookedAt = 8;

export function sessionIdsOf({ headers }: IncomingMessage): string[] {
  return (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${cookieName}=`))
    .slice(0, mostLookedAt)
    .map((pair) => pair.slice(cookieName.length + 1));
}

export function sessionCookie(id: string): string {
  return `${cookieName}=${id}; Max-Age=${sessionSeconds}; ${attributes}`;
}

export const noSessionCookie = `${cookieName}=; Max-Age=0; ${attributes}`;
