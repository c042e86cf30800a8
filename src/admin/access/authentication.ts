import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import type { Caller } from '../contract/route.ts';
import { Problem } from '../problem.ts';
import { type AdminToken, ownerOf } from '../token.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import { checkOrigin } from './origin.ts';
import { sessionIdsOf } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';

export interface AuthenticationDependencies {
  tokens: readonly AdminToken[];
  sessions: Sessions;
  attempts: FailedAttempts;
  /** `admin.hosts`. */
  hosts: readonly string[];
}

/** Finds out who asks: by a token in the Authorization header, or by the session of a browser. */
export class Authentication {
  private readonly dependencies: AuthenticationDependencies;

  constructor(dependencies: AuthenticationDependencies) {
    this.dependencies = dependencies;
  }

  /** Lets nobody through who is not known. */
  readonly require = (request: Request, response: Response, next: NextFunction): void => {
    response.locals['caller'] = this.byToken(request) ?? this.bySession(request) ?? refuse();
    next();
  };

  /** @throws Problem if a token is given and wrong */
  private byToken(request: IncomingMessage): Caller | undefined {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    checkOrigin(request, false, this.dependencies.hosts);
    const name = this.nameOf(token, request) ?? refuse();
    return { name, isAllowed: () => true };
  }

  /** @throws Problem if another page makes use of the session */
  bySession(request: IncomingMessage): Caller | undefined {
    const { sessions, hosts } = this.dependencies;
    for (const id of sessionIdsOf(request)) {
      const name = sessions.ownerOf(id);
      if (name === undefined) continue;
      checkOrigin(request, true, hosts);
      return { name, isAllowed: () => sessions.ownerOf(id) !== undefined };
    }
    return undefined;
  }

  /**
   * Whose token this is; undefined if it is wrong, which is remembered of the address that it came from.
   * @throws Problem if that address has tried too often; whether the token is right is then not looked at
   */
  nameOf(token: string, { socket }: IncomingMessage): string | undefined {
    const { tokens, attempts } = this.dependencies;
    const address = socket.remoteAddress ?? '';
    const pause = attempts.pauseOf(address);
    if (pause > 0) {
      const seconds = String(Math.ceil(pause / 1000));
      const detail = `too many wrong tokens from this address: try again in ${seconds} s`;
      throw new Problem(429, detail, { 'retry-after': seconds });
    }
    const name = ownerOf(token, tokens);
    if (name === undefined) attempts.add(address);
    return name;
  }
}

export function callerOf(response: Response): Caller {
  return response.locals['caller'] as Caller;
}

function refuse(): never {
  throw new Problem(401, 'send the admin token: Authorization: Bearer TOKEN', {
    'www-authenticate': 'Bearer realm="tocsin"',
  });
}
