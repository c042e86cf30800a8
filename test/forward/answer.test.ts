import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Secret } from '../../src/config/secret.ts';
import { causeOf, type Unreached } from '../../src/forward/answer.ts';
import { Harmless } from '../../src/forward/harmless.ts';
import { Reminders } from '../../src/forward/reminders.ts';
import { judge } from '../../src/forward/verdict.ts';
import { TestClock } from '../support/test-clock.ts';

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

suite('the verdict on an answer', () => {
  test('is to try again for four statuses and no other', () => {
    const verdicts = Array.from({ length: 500 }, (_, i) => {
      const status = i + 100;
      const body = new Uint8Array(0);
      return {
        status,
        ...judge({ kind: 'answered', status, retryAfter: undefined, contentType: '', body, isSent: true }, 0),
      };
    });
    const statuses = (kind: string): number[] =>
      verdicts.filter((verdict) => verdict.kind === kind).map(({ status }) => status);
    assert.deepEqual(statuses('tryAgain'), [429, 502, 503, 504]);
    assert.deepEqual(
      statuses('taken'),
      Array.from({ length: 100 }, (_, i) => i + 200),
    );
    assert.equal(statuses('refused').length, 500 - 104);
  });
});

suite('what a back end says', () => {
  const harmless = new Harmless([
    new Secret('Bearer hunter2'),
    new Secret('Basic dGVhbTpodW50ZXIz'),
    new Secret('ab'),
  ]);
  const table: [said: string, shown: string][] = [
    ['', ''],
    ['bad token hunter2', 'bad token <secret>'],
    ['got "Bearer hunter2"', 'got "<secret>"'],
    ['dGVhbTpodW50ZXIz is unknown', '<secret> is unknown'],
    ['no Bearer, and abrupt', 'no Bearer, and abrupt'],
    ['a\r\n\tb\u0000c\u001b[0m\u202e\ufeff', 'a b c [0m'],
    ['x'.repeat(500), 'x'.repeat(200)],
    [`${'x'.repeat(199)}🛒`, `${'x'.repeat(199)}\ufffd`],
    ['naïve 日本', 'naïve 日本'],
  ];
  for (const [said, shown] of table) {
    test(`is shown as harmless text: ${JSON.stringify(said).slice(0, 50)}`, () => {
      assert.equal(harmless.text(said), shown);
    });
  }
});

suite('reminders', () => {
  test('are due once for each kind, and again after a while', () => {
    const clock = new TestClock();
    const reminders = new Reminders(clock);
    assert.deepEqual([reminders.isDue('a'), reminders.isDue('a'), reminders.isDue('b')], [true, false, true]);
    clock.advance(599_999);
    assert.equal(reminders.isDue('a'), false);
    clock.advance(1);
    assert.equal(reminders.isDue('a'), true);
    assert.equal(reminders.isDue('b', 700_000), false);
  });

  test('know no end of kinds, and remember few', () => {
    const reminders = new Reminders(new TestClock());
    const due = Array.from({ length: 1000 }, (_, i) => reminders.isDue(String(i)));
    assert.equal(due.filter(Boolean).length, 257);
  });
});
