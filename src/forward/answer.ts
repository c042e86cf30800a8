/** Why there was no answer; also the `code` of `tocsin_forward_requests_total`, beside HTTP's. */
export type Unreached =
  | 'connection_refused'
  | 'connection_reset'
  | 'timeout'
  | 'dns'
  | 'tls'
  | 'not_http'
  | 'network';

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

const causes: ReadonlyMap<string, Unreached> = new Map([
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_reset'],
  ['EPIPE', 'connection_reset'],
  ['UND_ERR_SOCKET', 'connection_reset'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['ETIMEDOUT', 'timeout'],
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
]);

/** By the error's code or name alone: its text may have the URL in it, and what is in a URL may be a key. */
export function causeOf(error: unknown): Unreached {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = causes.get(code);
  if (known !== undefined) return known;
  const isParserError = error instanceof Error && error.name === 'HTTPParserError';
  if (isParserError || code === 'UND_ERR_HEADERS_OVERFLOW') return 'not_http';
  const isTls = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code);
  return isTls ? 'tls' : 'network';
}
