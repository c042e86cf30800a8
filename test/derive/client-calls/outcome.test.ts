import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type RetryReason, reasonOf } from '../../../src/derive/client-calls/failure-reason.ts';
import { type CallOutcome, callOutcomes, outcomeOf } from '../../../src/derive/client-calls/outcome.ts';

interface Signs {
  isHttp?: boolean;
  http?: number;
  grpc?: number;
  status?: 'unset' | 'ok' | 'error';
  hasError?: boolean;
}

const statuses = { unset: 0, ok: 1, error: 2 };

const examples: [CallOutcome, string, Signs][] = [
  ['success', 'an answer', { isHttp: true, http: 200 }],
  ['success', 'nothing new since the last one', { isHttp: true, http: 304 }],
  ['success', 'a switch to another protocol', { isHttp: true, http: 101 }],
  ['failure', 'a server that fails', { isHttp: true, http: 503, status: 'error' }],
  ['failure', 'a status that no instrumentation calls an error', { isHttp: true, http: 500 }],
  ['failure', 'too many requests', { isHttp: true, http: 429, status: 'error' }],
  ['failure', 'a request that took too long to arrive', { isHttp: true, http: 408 }],
  ['failure', 'too early', { isHttp: true, http: 425 }],
  ['client_error', 'what is not there', { isHttp: true, http: 404, status: 'error' }],
  [
    'client_error',
    'what is wrong, though an exception was recorded',
    { isHttp: true, http: 422, hasError: true },
  ],
  ['resend', 'what is elsewhere', { isHttp: true, http: 302 }],
  ['resend', 'a token that is wanted', { isHttp: true, http: 401, status: 'error' }],
  ['resend', 'a token that a proxy wants', { isHttp: true, http: 407 }],
  ['failure', 'no answer, and an error', { isHttp: true, status: 'error' }],
  ['failure', 'no answer, and an error that only the attribute tells of', { isHttp: true, hasError: true }],
  ['aborted', 'no answer, and no error', { isHttp: true }],
  ['success', 'no answer, but said to be well', { isHttp: true, status: 'ok' }],
  ['success', 'a remote interface that is well', { grpc: 0 }],
  ['failure', 'one that is away', { grpc: 14, status: 'error' }],
  ['failure', 'one that took too long', { grpc: 4 }],
  ['failure', 'one whose quota is used up', { grpc: 8 }],
  ['failure', 'one whose answer did not come whole', { grpc: 0, status: 'error' }],
  ['client_error', 'one that does not know what is asked for', { grpc: 5, status: 'error' }],
  ['client_error', 'one that does not let us', { grpc: 7 }],
  ['aborted', 'one that was no longer waited for', { grpc: 1, status: 'error' }],
  ['success', 'a database', {}],
  ['failure', 'a database that fails', { status: 'error' }],
  ['success', 'what is no status of HTTP', { isHttp: true, http: 0, status: 'ok' }],
];

suite('what became of a call', () => {
  for (const [
    outcome,
    what,
    { isHttp = false, http = -1, grpc = -1, status = 'unset', hasError = false },
  ] of examples)
    test(`${what}: ${outcome}`, () => {
      assert.equal(callOutcomes[outcomeOf(isHttp, http, grpc, statuses[status], hasError)], outcome);
    });
});

const reasons: [RetryReason, { http?: number; grpc?: number; isAborted?: boolean; texts?: string[] }][] = [
  ['http_5xx', { http: 503, texts: ['AbortError'] }],
  ['http_429', { http: 429 }],
  ['http_408', { http: 408 }],
  ['other', { http: 425 }],
  ['aborted', { isAborted: true }],
  ['connect', { texts: ['ECONNREFUSED', 'Error'] }],
  ['connect', { texts: ['Error', 'connect ECONNREFUSED 127.0.0.1:8081'] }],
  ['connect', { texts: ['UND_ERR_CONNECT_TIMEOUT'] }],
  ['connect', { texts: ['requests.exceptions.ConnectTimeout'] }],
  ['connect', { texts: ['java.net.ConnectException'] }],
  ['connect', { texts: ['*net.OpError', 'dial tcp 127.0.0.1:1: connect: connection refused'] }],
  ['connect', { texts: ['getaddrinfo ENOTFOUND payments'] }],
  ['connect', { texts: ['connection_error'] }],
  ['connect', { texts: ['secure_connection_error'] }],
  ['connect', { texts: ['name_resolution_error'] }],
  ['connect', { texts: ['aiohttp.client_exceptions.ClientConnectorError'] }],
  ['reset', { texts: ['response_ended'] }],
  ['reset', { texts: ['http_protocol_error'] }],
  ['reset', { texts: ['aiohttp.client_exceptions.ServerDisconnectedError'] }],
  ['reset', { texts: ['org.apache.http.NoHttpResponseException'] }],
  ['reset', { texts: ['reactor.netty.http.client.PrematureCloseException'] }],
  ['reset', { texts: ['java.io.IOException', 'unexpected end of stream on http://payments:8080/...'] }],
  ['other', { texts: ['SyntaxError', 'Unexpected end of JSON input'] }],
  ['reset', { texts: ['java.io.EOFException'] }],
  ['reset', { texts: ['EOFError'] }],
  ['other', { texts: ['requests.exceptions.ConnectionError'] }],
  ['reset', { texts: ['Error', 'socket hang up'] }],
  ['reset', { texts: ['ECONNRESET'] }],
  ['reset', { texts: ['UND_ERR_SOCKET'] }],
  ['reset', { texts: ['httpx.RemoteProtocolError'] }],
  ['reset', { texts: ['http.client.RemoteDisconnected'] }],
  ['timeout', { texts: ['TimeoutError', 'ETIMEDOUT'] }],
  ['timeout', { texts: ['23'] }],
  ['timeout', { texts: ['UND_ERR_HEADERS_TIMEOUT'] }],
  ['timeout', { texts: ['context deadline exceeded'] }],
  ['timeout', { texts: ['java.net.SocketTimeoutException'] }],
  ['aborted', { texts: ['AxiosError', 'ECONNABORTED'] }],
  ['timeout', { grpc: 4 }],
  ['connect', { grpc: 14 }],
  ['other', { texts: ['Error', 'it does not work'] }],
  ['other', {}],
];

suite('why a call may be tried again', () => {
  for (const [reason, { http = -1, grpc = -1, isAborted = false, texts = [] }] of reasons)
    test(`${[http, grpc, isAborted, ...texts].join(' ')}: ${reason}`, () => {
      assert.equal(reasonOf(http, grpc, isAborted, texts), reason);
    });
});
