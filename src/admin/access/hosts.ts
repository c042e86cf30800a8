import { isIPv4 } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { Problem } from '../problem.ts';

/** Host and port, as they stand in a Host header (RFC 9110, section 7.2). */
const authority = /^(\[[\da-f:.]{2,45}\]|[\w.-]{1,253})(?::(\d{0,5}))?$/i;

/**
 * Refuses requests for hosts that Tocsin is not known by. A page that somebody visits can have its own name mean 127.0.0.1
 * from one moment to the next (DNS rebinding), and would then be of the same origin as this API.
 */
export function checkHost(known: readonly string[]) {
  return (request: Request, _response: Response, next: NextFunction): void => {
    const host = hostOf(request);
    if (host === undefined) throw new Problem(400, 'the Host header is not a host and a port');
    if (isOwn(host, known, request)) return next();
    throw new Problem(
      421,
      'Tocsin is not known by this host name: use 127.0.0.1 or localhost, or add the name to admin.hosts',
    );
  };
}

/** The host that a request is for, in lower case and without its port; undefined if that is not one. */
export function hostOf(request: IncomingMessage): string | undefined {
  const [, name, port = ''] = authority.exec(authorityOf(request) ?? '') ?? [];
  if (name === undefined || Number(port) > 65_535) return undefined;
  return name.toLowerCase().replace(/\.$/, '');
}

/** A target in absolute form says it itself, and is what counts (RFC 9112, section 3.2.2). */
export function authorityOf({ url = '', headers }: IncomingMessage): string | undefined {
  if (url.startsWith('/') || url === '*') return headers.host;
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
}

function isOwn(host: string, known: readonly string[], { socket }: Request): boolean {
  if (host === 'localhost' || host === '[::1]' || known.includes(host)) return true;
  if (!isIPv4(host) && !host.startsWith('[')) return false;
  // What a browser was sent to by its number cannot have been rebound.
  return host.startsWith('127.') || host === bracketed(socket.localAddress ?? '');
}

function bracketed(address: string): string {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}
