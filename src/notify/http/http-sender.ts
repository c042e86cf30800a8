import { TlsUnusable } from '../../config/tls.ts';
import type { HttpClient } from './http-client.ts';
import type { HttpAnswer, HttpRequest, HttpSenderOptions } from './http-exchange.ts';

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
