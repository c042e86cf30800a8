import type { Unreached } from '../runtime/unreached.ts';

/** What came of one try. */
export type Answer =
  | {
      kind: 'answered';
      /** 100 to 599 */
      status: number;
      retryAfter: string | undefined;
      /** The media type alone, in lower case; empty if there is none. */
      contentType: string;
      /** Its beginning, if it is long, or what came of it if it broke off. */
      body: Uint8Array;
      /** Whether nobody reads the bytes that were posted any more: who answers early may still be sent them. */
      isSent: boolean;
    }
  | { kind: 'unreached'; cause: Unreached }
  /** By us: nobody knows whether it arrived. */
  | { kind: 'aborted' };

export const unreachedReasons: Readonly<Record<Unreached, string>> = {
  connection_refused: 'the connection was refused: nothing listens there',
  connection_reset: 'the connection was closed without an answer',
  timeout: 'there was no answer in time',
  dns: 'the host name could not be resolved',
  tls: 'TLS could not be agreed on: is the certificate one that forward.tls.ca knows, and is it TLS that is spoken there?',
  not_http:
    'what answers there does not speak HTTP/1.1 (OTLP over gRPC most often has port 4317, over HTTP 4318)',
  network: 'the network failed',
};
