import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { causeOf, type Unreached } from '../../src/runtime/unreached.ts';

suite('a try without an answer', () => {
  const table: [code: string | undefined, cause: Unreached][] = [
    ['ECONNREFUSED', 'connection_refused'],
    ['ECONNRESET', 'connection_reset'],
    ['UND_ERR_SOCKET', 'connection_reset'],
    ['ETIMEDOUT', 'timeout'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['EPROTO', 'tls'],
    ['EHOSTUNREACH', 'network'],
    ['toString', 'network'],
    [undefined, 'network'],
  ];
  for (const [code, cause] of table) {
    test(`with ${code} failed by ${cause}`, () => {
      assert.equal(causeOf(Object.assign(new Error('x'), { code })), cause);
    });
  }

  test('that throws what is no error failed by the network', () => {
    for (const thrown of [undefined, null, 'x', 7, {}]) assert.equal(causeOf(thrown), 'network');
  });
});
