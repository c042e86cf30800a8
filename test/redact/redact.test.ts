import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { redact } from '../../src/redact/redact.ts';
import { cpuMillis } from '../support/cpu-time.ts';

suite('redact, by the name of the attribute', () => {
  const secret = [
    'password',
    'db.password',
    'dbPassword',
    'http.request.header.authorization',
    'http.request.header.set-cookie',
    'X-Api-Key',
    'xApiKey',
    'aws.secret_access_key',
    'access_token',
    'client.secret',
    'user.session',
    'credit_card',
    'SESSION',
  ];
  for (const key of secret) {
    test(`takes the value of ${key} out`, () => assert.equal(redact('whatever', key), '<redacted>'));
  }

  const harmless = [
    'http.route',
    'url.path',
    'messaging.destination.name',
    'gen_ai.usage.input_tokens',
    'session.id',
    'passenger.name',
    'author',
    'k8s.secretary',
    'tokenizer.name',
  ];
  for (const key of harmless) {
    test(`leaves the value of ${key}`, () => assert.equal(redact('whatever', key), 'whatever'));
  }
});

suite('redact, by the form of the text', () => {
  const table: [text: string, expected: string][] = [
    ['Authorization: Bearer abcdef1234567890', 'Authorization: Bearer <redacted>'],
    ['basic dXNlcjpwYXNzd29yZA==', 'basic <redacted>'],
    ['got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN', 'got <redacted>'],
    ['postgres://app:hunter2@db:5432/shop failed', 'postgres://<redacted>@db:5432/shop failed'],
    ['GET /login?user=a&password=hunter2&x=1', 'GET /login?user=a&password=<redacted>&x=1'],
    ['{"api_key": "abc def", "n": 1}', '{"api_key": <redacted>, "n": 1}'],
    ["password: 'two words' was wrong", 'password: <redacted> was wrong'],
    ['DB_PASSWORD=hunter2', 'DB_PASSWORD=<redacted>'],
    ['key AKIAIOSFODNN7EXAMPLE was refused', 'key <redacted> was refused'],
    ['xoxb-1234567890-abcdefghij', '<redacted>'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', '<redacted>'],
    ['sk_live_abcdefghijkl', '<redacted>'],
    ['mail to jane.doe+x@mail.example.com bounced', 'mail to <email> bounced'],
    ['card 4111 1111 1111 1111 was declined', 'card <card> was declined'],
    ['card 4111-1111-1111-1111', 'card <card>'],
    ['x -----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY----- y', 'x <redacted> y'],
    ['-----BEGIN PRIVATE KEY-----\nMIIB…', '<redacted>'],
  ];
  for (const [text, expected] of table) {
    test(JSON.stringify(text), () => assert.equal(redact(text), expected));
  }

  const left = [
    'order 4111111111111112 is no card',
    'at 1767323045000000000 ns',
    'TypeError: token is not defined',
    'the password was wrong',
    'GET http://payments:8080/charge answered 503',
    'at charge (/app/src/charge.js:10:5)',
    'trace 0af7651916cd43dd8448eb211c80319c',
    '@opentelemetry/instrumentation-express',
  ];
  for (const text of left) {
    test(`leaves: ${text}`, () => assert.equal(redact(text), text));
  }

  test('leaves nothing to redact in what it has redacted', () => {
    const piece = fc.oneof(fc.constantFrom(...table.map(([text]) => text), ...left), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const once = redact(pieces.join(' '));
        assert.equal(redact(once), once);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  test('takes linear time, whatever the text', () => {
    const unit = [
      'a',
      'a@',
      'a.',
      '://a:',
      'password',
      'password=',
      '-----BEGIN PRIVATE KEY-----',
      'eyJ',
      'Bearer ',
      '4 ',
      '4-1 ',
      '\t',
      '_token ',
      '"\'',
      'xox',
    ];
    for (const text of unit) {
      const before = cpuMillis();
      redact(text.repeat(Math.ceil(200_000 / text.length)));
      const millis = cpuMillis() - before;
      assert.ok(millis < 500, `${JSON.stringify(text)}: ${Math.round(millis)} ms`);
    }
  });
});
