/** Why a call was tried again, as the label of `tocsin_inferred_retries_total` says it. */
export const retryReasons = [
  'http_5xx',
  'http_429',
  'http_408',
  'connect',
  'reset',
  'timeout',
  'aborted',
  'other',
] as const;
export type RetryReason = (typeof retryReasons)[number];

/** gRPC: DEADLINE_EXCEEDED, UNAVAILABLE. */
const [deadlineExceeded, unavailable] = [4, 14];

/** What an instrumentation wrote of an error, most telling first; the first that one of these matches counts. */
const patterns: readonly (readonly [RetryReason, RegExp])[] = [
  // Before the others: a connection that takes too long is a time limit to who waits for it in some libraries, and no connection in others.
  [
    'connect',
    /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ConnectTimeout|UND_ERR_CONNECT|NewConnectionError|ConnectError|ConnectException|UnknownHost|NoRouteToHost|NameResolution|refused|no such host|ClientConnector|\b(?:(?:secure_)?connection|name_resolution|proxy_tunnel)_error\b/i,
  ],
  ['timeout', /timed?[ _-]?out|ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(?:HEADERS|BODY)_TIMEOUT|deadline/i],
  [
    'reset',
    /ECONNRESET|EPIPE|UND_ERR_SOCKET|socket hang up|ConnectionReset|RemoteDisconnected|RemoteProtocol|ProtocolError|other side closed|broken pipe|connection reset|\bEOF\b|EOFE(?:rror|xception)|unexpected end of (?:stream|file)|response_ended|http_protocol_error|NoHttpResponse|PrematureClose|prematurely closed|ServerDisconnected|ClosedChannel/i,
  ],
  ['aborted', /ECONNABORTED|AbortError|ERR_CANCELED|cancell?ed|aborted/i],
];

/** DOMException.TIMEOUT_ERR, which an instrumentation writes as the number that it is. */
const domTimeout = '23';

/**
 * @param httpStatus -1 if there was no answer
 * @param texts what says which error it was: the type of the recorded exception first, since `error.type` is often only `Error`
 */
export function reasonOf(
  httpStatus: number,
  grpcStatus: number,
  isAborted: boolean,
  texts: readonly string[],
): RetryReason {
  if (httpStatus >= 500) return 'http_5xx';
  if (httpStatus === 429) return 'http_429';
  if (httpStatus === 408) return 'http_408';
  if (isAborted) return 'aborted';
  for (const text of texts) {
    if (text === domTimeout) return 'timeout';
    const known = patterns.find(([, pattern]) => pattern.test(text));
    if (known !== undefined) return known[0];
  }
  if (grpcStatus === deadlineExceeded) return 'timeout';
  return grpcStatus === unavailable ? 'connect' : 'other';
}
