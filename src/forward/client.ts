import type { Secret } from '../config/secret.ts';
import type { TlsMaterial } from '../config/tls.ts';
import { type Signal, signals } from '../otlp/signal.ts';
import type { Clock } from '../runtime/clock.ts';
import { readBeginning } from '../runtime/read-beginning.ts';
import { Pool } from '../runtime/undici/undici.ts';
import { causeOf } from '../runtime/unreached.ts';
import type { Answer } from './answer.ts';
import { type Compression, compress } from './compress.ts';
import { instanceHeader } from './loop-guard.ts';
import type { Endpoints } from './signals.ts';
import { Sockets } from './sockets.ts';

export interface ClientOptions {
  clock: Clock;
  endpoints: Endpoints;
  headers: Readonly<Record<string, Secret>>;
  /** Of this process: by it what comes back is known. */
  instance: string;
  /** Of those that what is sent may come from. */
  upstream?: (() => readonly string[]) | undefined;
  /** Undefined = not compressed. */
  compression: Compression | undefined;
  /** Of one try, from connecting to the end of the answer. */
  timeoutMillis: number;
  tls: TlsMaterial;
  /** For one signal. */
  connections: number;
}

/** Read of an answer; a back end that says more is not listened to. The specification lets it say 4 MiB. */
const longestAnswerBytes = 64 * 1024;
/** Shorter than the time after which most servers and balancers close: a request that is just sent then is lost. */
const keepAliveMillis = 4_000;

/**
 * Sends export requests as OTLP over HTTP in protobuf. A file of its own, since it is loaded when there is a back end, and the
 * bundler only splits off whole modules.
 */
export class OtlpHttpClient {
  private readonly options: ClientOptions;
  /** One a signal: none is held up by another, even where all go to one back end. */
  private readonly pools = new Map<Signal, { pool: Pool; sockets: Sockets }>();

  constructor(options: ClientOptions) {
    const { endpoints, timeoutMillis, tls, connections } = options;
    this.options = options;
    for (const signal of signals) {
      const url = endpoints[signal];
      if (url === undefined) continue;
      const sockets = new Sockets();
      const pool = new Pool(url.origin, {
        connections,
        pipelining: 1,
        allowH2: false,
        connect: sockets.connector({ ...tls, timeout: timeoutMillis, allowH2: false }),
        headersTimeout: timeoutMillis,
        bodyTimeout: timeoutMillis,
        keepAliveTimeout: keepAliveMillis,
      });
      this.pools.set(signal, { pool, sockets });
    }
  }

  /** One try. Never throws. @param bytes an Export*ServiceRequest */
  async post(signal: Signal, bytes: Uint8Array, stopped: AbortSignal): Promise<Answer> {
    const abort = new AbortController();
    const end = (): void => abort.abort();
    const cancelTimer = this.options.clock.after(this.options.timeoutMillis, end);
    stopped.addEventListener('abort', end);
    try {
      return await this.send(signal, bytes, abort.signal);
    } catch (error) {
      if (stopped.aborted) return { kind: 'aborted' };
      return { kind: 'unreached', cause: abort.signal.aborted ? 'timeout' : causeOf(error) };
    } finally {
      cancelTimer();
      stopped.removeEventListener('abort', end);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map(({ pool }) => pool.destroy()));
  }

  private async send(signal: Signal, bytes: Uint8Array, abort: AbortSignal): Promise<Answer> {
    const { endpoints, compression } = this.options;
    const url = endpoints[signal]!;
    const content = compression === undefined ? bytes : await compress(bytes, compression);
    const { pool, sockets } = this.pools.get(signal)!;
    const response = await pool.request({
      path: url.pathname + url.search,
      method: 'POST',
      headers: this.headers(),
      body: content,
      signal: abort,
    });
    return {
      kind: 'answered',
      status: response.statusCode,
      retryAfter: single(response.headers['retry-after']),
      contentType: single(response.headers['content-type'])?.split(';', 1)[0]!.trim().toLowerCase() ?? '',
      body: await readBeginning(response.body, longestAnswerBytes),
      isSent: content !== bytes || sockets.areFlushed,
    };
  }

  private headers(): Record<string, string> {
    const headers: Record<string, string> = {
      'content-type': 'application/x-protobuf',
      'user-agent': 'Tocsin',
      accept: 'application/x-protobuf',
      [instanceHeader]: [this.options.instance, ...(this.options.upstream?.() ?? [])].join(', '),
    };
    for (const [name, value] of Object.entries(this.options.headers)) {
      headers[name.toLowerCase()] = value.reveal();
    }
    const { compression } = this.options;
    if (compression !== undefined) headers['content-encoding'] = compression.algorithm;
    return headers;
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
