/** Why a request had no answer; also the `code` of `tocsin_forward_requests_total`, beside HTTP's. */
export type Unreached =
  | 'connection_refused'
  | 'connection_reset'
  | 'timeout'
  | 'dns'
  | 'tls'
  | 'not_http'
  | 'network';

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
  return error instanceof Error && error.name === 'HTTPParserError' ? 'not_http' : causeOfCode(code);
}

/** @param code such as ECONNREFUSED */
export function causeOfCode(code: string): Unreached {
  const known = causes.get(code);
  if (known !== undefined) return known;
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'not_http';
  const isTls = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code);
  return isTls ? 'tls' : 'network';
}
