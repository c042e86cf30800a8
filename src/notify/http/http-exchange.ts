import type { Proxies } from '../../config/proxies.ts';
import type { TlsFiles } from '../../config/tls.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Unreached } from '../../runtime/unreached.ts';

export interface HttpSenderOptions {
  clock: Clock;
  proxies: Proxies;
  /** Of one request, from connecting to the end of the answer. */
  timeoutMillis: number;
  tls?: TlsFiles;
}

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  /** Names in lower case. */
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** What came of one request, apart from what it means. */
export type HttpAnswer =
  | {
      kind: 'answered';
      /** 100 to 599; redirects are not followed. */
      status: number;
      /** What Retry-After asks for; undefined if it does not. */
      retryAfterMillis: number | undefined;
      /** Its beginning, if it is long, or what came of it if it broke off. */
      body: string;
    }
  /** Nobody knows whether it arrived. */
  | { kind: 'unreached'; cause: Unreached | 'stopped' };
