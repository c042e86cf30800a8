import { readTls } from '../config/tls.ts';
import type { Signal } from '../otlp/signal.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Answer } from './answer.ts';
import type { OtlpHttpClient } from './client.ts';
import { compressionOf, type DestinationConfig } from './config.ts';
import { mostUnderWay } from './lane.ts';
import type { Endpoints } from './signals.ts';

export interface ConnectDependencies {
  clock: Clock;
  /** Of this process, as nobody else's: by it what comes back is known. */
  instance: string;
  /** Of other processes, from which what is forwarded may come. */
  upstream?: () => readonly string[];
  /** Every try is made within it. */
  around?: (signal: Signal, bytes: number, post: () => Promise<Answer>) => Promise<Answer>;
}

/**
 * A client of one back end. Its code is only loaded here, since many have none.
 * @throws TlsUnusable
 */
export async function connect(
  config: DestinationConfig,
  endpoints: Endpoints,
  { clock, instance, upstream, around = (_signal, _bytes, post) => post() }: ConnectDependencies,
): Promise<Pick<OtlpHttpClient, 'post' | 'close'>> {
  const { OtlpHttpClient: Client } = await import('./client.ts');
  const client = new Client({
    clock,
    endpoints,
    instance,
    upstream,
    headers: config.headers,
    compression: compressionOf(config),
    timeoutMillis: config.timeout,
    tls: readTls(config.tls),
    connections: mostUnderWay,
  });
  return {
    post: (signal, bytes, stopped) => around(signal, bytes.length, () => client.post(signal, bytes, stopped)),
    close: () => client.close(),
  };
}
