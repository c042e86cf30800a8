import type { Proxies } from '../../config/proxies.ts';
import { type TlsFiles, TlsUnusable } from '../../config/tls.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Unreached } from '../../runtime/unreached.ts';
import type { HttpClient } from './http-client.ts';

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

/** Sends the requests of one receiver, by a client that is loaded with the first of them. */
export class HttpSender {
  private readonly options: HttpSenderOptions;
  /** Not to be printed with whatever has this: it has keys, and passwords of proxies. */
  #client: Promise<HttpClient> | undefined;

  constructor(options: HttpSenderOptions) {
    this.options = options;
  }

  /** One try. Never throws. */
  async send(request: HttpRequest, stopped: AbortSignal): Promise<HttpAnswer> {
    this.#client ??= import('./http-client.ts').then(({ HttpClient }) => new HttpClient(this.options));
    try {
      return await (await this.#client).send(request, stopped);
    } catch (error) {
      // The client could not be made: the files of its certificates are gone, say. With the next try they may be back.
      this.#client = undefined;
      return { kind: 'unreached', cause: error instanceof TlsUnusable ? 'tls' : 'network' };
    }
  }
}
