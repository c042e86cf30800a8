import { readTls } from '../../config/tls.ts';
import { readBeginning } from '../../runtime/read-beginning.ts';
import { retryAfterMillis } from '../../runtime/retry-after.ts';
import type { EnvHttpProxyAgent } from '../../runtime/undici/undici.ts';
import { causeOf } from '../../runtime/unreached.ts';
import { proxyAgent } from './proxy-agent.ts';
import type { HttpAnswer, HttpRequest, HttpSenderOptions } from './http-exchange.ts';

/** Read of an answer; who says more is not listened to. */
const longestAnswerBytes = 64 * 1024;
/** Shorter than the time after which most servers and balancers close: a request that is just sent then is lost. */
const keepAliveMillis = 4_000;

/**
 * Requests by HTTP/1.1, through a proxy where there is one. Certificates are always checked. A file of its own, since it is loaded
 * when there is somebody to tell, and the bundler only splits off whole modules.
 */
export class HttpClient {
  private readonly options: HttpSenderOptions;
  private readonly agent: EnvHttpProxyAgent;

  /** @throws TlsUnusable */
  constructor(options: HttpSenderOptions) {
    const { proxies, tls, timeoutMillis } = options;
    const material = tls === undefined ? {} : readTls(tls);
    this.options = options;
    this.agent = proxyAgent(proxies, {
      connect: { ...material, timeout: timeoutMillis },
      requestTls: material,
      allowH2: false,
      headersTimeout: timeoutMillis,
      bodyTimeout: timeoutMillis,
      keepAliveTimeout: keepAliveMillis,
    });
  }

  async send({ method, url, headers = {}, body }: HttpRequest, stopped: AbortSignal): Promise<HttpAnswer> {
    const { clock, timeoutMillis } = this.options;
    const timeout = new AbortController();
    const cancelTimer = clock.after(timeoutMillis, () => timeout.abort());
    try {
      const { origin, pathname, search } = new URL(url);
      const response = await this.agent.request({
        origin,
        path: pathname + search,
        method,
        headers: { 'user-agent': 'Tocsin', ...headers },
        body: body ?? null,
        signal: AbortSignal.any([stopped, timeout.signal]),
      });
      const retryAfter = response.headers['retry-after'];
      return {
        kind: 'answered',
        status: response.statusCode,
        retryAfterMillis: retryAfterMillis([retryAfter].flat()[0], clock.now()),
        body: Buffer.from(await readBeginning(response.body, longestAnswerBytes)).toString(),
      };
    } catch (error) {
      if (stopped.aborted) return { kind: 'unreached', cause: 'stopped' };
      return { kind: 'unreached', cause: timeout.signal.aborted ? 'timeout' : causeOf(error) };
    } finally {
      cancelTimer();
    }
  }
}
