import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { redactSchema } from '../../src/redact/config.ts';
import { Redactor, readBeyond } from '../../src/redact/redactor.ts';
import { anyText, fastestMillis } from '../errors/hostile.ts';
import { leftAlone } from './left-alone.ts';
import { cards, contexts, ibans, knownForms } from './secrets.ts';

function redactor(options: Parameters<typeof redactSchema.parse>[0] = {}): Redactor {
  return new Redactor(redactSchema.parse(options));
}

const usual = redactor();
/** With characters that passwords have. */
const secrets = ['hunter2x', 'S3cr3t/Va+lue==', 'p@ss:w0rd#1', 'aB,cD;eF&gH9', "it's-9"];

suite('Redactor', () => {
  for (const [name, secret] of Object.entries(knownForms)) {
    test(`takes out what has the form of ${name}`, () =>
      assert.equal(usual.text(`a (${secret}) b`), 'a (<redacted>) b'));
  }
  for (const card of cards) {
    test(`takes out the card ${card}`, () => assert.equal(usual.text(`no ${card}.`), 'no <card>.'));
  }
  for (const iban of ibans) {
    test(`takes out the IBAN ${iban}`, () =>
      assert.equal(usual.text(`to ${iban}, today`), 'to <iban>, today'));
  }
  for (const context of contexts) {
    test(`takes the secret out of ${context('…')}`, () => {
      for (const secret of ['hunter2x', 'aB3dE6gH9jK2mN5pQ8rS']) {
        const clean = usual.text(context(secret));
        assert.ok(!clean.includes(secret) && clean.includes('<redacted>'), clean);
      }
    });
  }
  for (const text of leftAlone) {
    test(`leaves ${JSON.stringify(text)}`, () => assert.equal(usual.text(text), text));
  }

  const whole: [text: string, wanted: string][] = [
    [
      "curl -H 'Cookie: a=b; c=d' -H 'Accept: x' http://host/",
      "curl -H 'Cookie: <redacted>' -H 'Accept: x' http://host/",
    ],
    ['Authorization: Basic dXNlcjpwYXNz failed', 'Authorization: Basic <redacted> failed'],
    ['{"password":["hunter2"],"user":"c"}', '{"password":<redacted>,"user":"c"}'],
    ['{"password":["is too short","hunter2"]}', '{"password":<redacted>}'],
    ['{"password":["a horse is a horse", hunter2]}', '{"password":<redacted>}'],
    ['{"password":"a\\"b","user":"c"}', '{"password":<redacted>,"user":"c"}'],
    ['"{\\"token\\":\\"a\\",\\"user\\":\\"c\\"}"', '"{\\"token\\":<redacted>,\\"user\\":\\"c\\"}"'],
    ['Server=db;Password=a,b;Encrypt=true', 'Server=db;Password=<redacted>;Encrypt=true'],
    ['User(password=a, name=b)', 'User(password=<redacted>, name=b)'],
    ['amqp://app:a@b@mq/', 'amqp://<redacted>@mq/'],
    ['postgres://app:pa/ss@db/shop', 'postgres://<redacted>@db/shop'],
    ['postgres://app:p@ss:w/ord@db/shop', 'postgres://<redacted>@db/shop'],
    ['http://user@[::1]:80/a@b', 'http://user@[::1]:80/a@b'],
    ['Cookie: a=b; c=d\r\nHost: x', 'Cookie: <redacted>\r\nHost: x'],
    ['Cookie: a=b; c=d\\r\\nHost: x', 'Cookie: <redacted>\\r\\nHost: x'],
    ['GET /?token=abc&user=b HTTP/1.1', 'GET /?token=<redacted>&user=b HTTP/1.1'],
    [`${cards[2]} ${cards[4]}`, '<card> <card>'],
  ];
  for (const [text, wanted] of whole) {
    test(`leaves of ${JSON.stringify(text)} what is not secret`, () =>
      assert.equal(usual.text(text), wanted));
  }
});

suite('Redactor, by what is asked for', () => {
  test('leaves secrets if it is told to', () =>
    assert.equal(redactor({ builtin: false }).text('password=hunter2'), 'password=hunter2'));

  const emails: [text: string, wanted: string][] = [
    ['mail to jane.doe+x@mail.example.com bounced', 'mail to <email> bounced'],
    ['package@1.2.3 and @scope/name', 'package@1.2.3 and @scope/name'],
    ['jane@localhost', 'jane@localhost'],
  ];
  for (const [text, wanted] of emails) {
    test(`with e-mail addresses, makes of ${text}: ${wanted}`, () => {
      assert.equal(redactor({ email: true }).text(text), wanted);
      assert.equal(redactor({ email: true, builtin: false }).text(text), wanted);
    });
  }

  const patterns: [patterns: string[], text: string, wanted: string][] = [
    [['CUST-\\d+'], 'CUST-123 and CUST-4', '<redacted> and <redacted>'],
    [['(?i)patient \\w+'], 'Patient Doe is ill', '<redacted> is ill'],
    [['a', 'b'], 'abc', '<redacted><redacted>c'],
    [['\\b'], 'a b', 'a b'],
    [['redacted'], 'redacted', '<redacted>'],
  ];
  for (const [list, text, wanted] of patterns) {
    test(`with ${list.join(' ')}, makes of ${text}: ${wanted}`, () => {
      const own = redactor({ patterns: list });
      assert.equal(own.text(text), wanted);
      assert.equal(own.text(wanted), wanted);
    });
  }

  test('takes out the rest when a pattern matches without end', () => {
    const clean = redactor({ patterns: ['a'] }).text('a-'.repeat(1000));
    assert.ok(clean.endsWith('-<redacted>') && clean.length < 5000);
  });

  test('reads a text once for a pattern that looks far ahead each time', () => {
    const own = redactor({ patterns: ['a(?:.*b)?'] });
    assert.ok(fastestMillis(() => own.text('a'.repeat(32_768))) < 3000);
  });

  const refused: [name: string, options: Record<string, unknown>, wanted: RegExp][] = [
    ['what is no expression', { patterns: ['('] }, /not a regular expression/],
    ['a look ahead', { patterns: ['(?=a)'] }, /not a regular expression/],
    ['one for the empty text', { patterns: ['a*'] }, /empty text/],
    ['one that is long', { patterns: ['a'.repeat(501)] }, /longer than 500/],
    ['one with large numbers', { patterns: ['(?:ab){150}'] }, /too large/],
    ['too many', { patterns: Array(21).fill('a') }, /more than 20/],
    ['a star within a key', { attributes: ['a*b'] }, /not the key/],
    ['an empty key', { attributes: [''] }, /not the key/],
    ['what it does not know', { pattern: [] }, /nrecognized key/],
  ];
  for (const [name, options, wanted] of refused) {
    test(`refuses ${name}`, () => assert.match(redactSchema.safeParse(options).error!.message, wanted));
  }
});

suite('Redactor, of attributes', () => {
  const own = redactor({ attributes: ['user.*', 'db.query.text'] });
  const table: [key: string, value: string | number | boolean, wanted: string | number | boolean][] = [
    ['user.name', 'bob', '<redacted>'],
    ['user.id', 5, '<redacted>'],
    ['user.known', true, '<redacted>'],
    ['user', 'bob', 'bob'],
    ['db.query.text', 'SELECT 1', '<redacted>'],
    ['db.query.summary', 'SELECT', 'SELECT'],
    ['http.request.header.authorization', 'x', '<redacted>'],
    ['card.cvv', 123, '<redacted>'],
    ['smtp.pass', 'x', '<redacted>'],
    ['pass', 'boarding', 'boarding'],
    ['password.valid', false, false],
    ['token.count', 5, 5],
    ['llm.token_count.prompt', 5, 5],
    ['session.duration', 5, 5],
    ['csrf.token', 'x', '<redacted>'],
    ['url.full', 'http://a:b@host/', 'http://<redacted>@host/'],
    ['url.query', 'sig=abcdefgh&x=1', 'sig=<redacted>&x=1'],
    ['server.port', 8080, 8080],
  ];
  for (const [key, value, wanted] of table) {
    test(`makes of ${key} ${value}: ${wanted}`, () => assert.equal(own.attribute(key, value), wanted));
  }

  test('leaves secret keys if it is told to', () =>
    assert.equal(redactor({ builtin: false }).attribute('password', 'a'), 'a'));
});

suite('Redactor, whatever the text', () => {
  const known = [...Object.values(knownForms), ...cards, ...ibans];
  const piece = fc.oneof(
    fc.constantFrom(...known, ...leftAlone, ...contexts.flatMap((context) => secrets.map(context))),
    fc.constantFrom(
      'token',
      'password',
      '"',
      "'",
      '\\"',
      '=',
      ': ',
      '[',
      ']',
      '<',
      '>',
      '-',
      ' ',
      '\n',
      '://',
      '@',
      ':',
      ';',
      ',',
      '&',
      'a',
      '7',
    ),
    anyText(8),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

  test('changes nothing more the second time, and never throws', () => {
    const all = redactor({ email: true });
    fc.assert(
      fc.property(text, (text) => {
        const once = all.text(text);
        assert.equal(all.text(once), once);
      }),
      { numRuns: 5000, seed: 3 },
    );
  });

  const gap = fc.constantFrom(' ', '\n', ', ', ' (', '\t');
  test('lets no secret of a known form survive', () => {
    fc.assert(
      fc.property(
        text,
        gap,
        fc.constantFrom(...Object.values(knownForms)),
        gap,
        text,
        (before, a, secret, b, after) => {
          fc.pre(!`${before}${after}`.includes(secret));
          assert.ok(!usual.text(before + a + secret + b + after).includes(secret));
        },
      ),
      { numRuns: 3000, seed: 4 },
    );
  });

  const password = fc.string({
    unit: fc.constantFrom(...Array.from('abcXYZ019+/=._~!$%^*')),
    minLength: 7,
    maxLength: 40,
  });
  test('lets no secret survive that its name gives away', () => {
    const surroundings = fc
      .array(fc.constantFrom(...leftAlone), { maxLength: 4 })
      .map((texts) => texts.join('\n'));
    fc.assert(
      fc.property(
        surroundings,
        fc.constantFrom(...contexts),
        password,
        surroundings,
        (before, context, word, after) => {
          const secret = `q${word}9Zq8`;
          const clean = usual.text(`${before}\n${context(secret)}\n${after}`);
          assert.ok(!clean.includes(secret.slice(-6)), clean);
        },
      ),
      { numRuns: 3000, seed: 5 },
    );
  });

  const units = [
    ...Array.from('a@.0"\'\\<[-\t'),
    'a@',
    '://a:',
    '://a:b/',
    'password',
    'password=',
    'pass',
    'token:[',
    'token:[{',
    'token="',
  ];
  const more = [
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----"',
    'eyJaaaaaaaa.',
    'Bearer ',
    '4111 ',
    '4-1 ',
    '_token ',
    'xox',
  ];
  const headers = [
    'cookie: a=',
    'authorization: ',
    'authorization: a=" ',
    'digest a="',
    '"cookie: ',
    ' -p',
    'mysql -p ',
  ];
  const rest = [
    'x@tcp(',
    'sk-',
    '<token ',
    'token=,a',
    'DE89 ',
    'SG.aaaaaaaaaaaaaaaaa',
    ':thin:a/',
    '\\"token\\":',
  ];
  for (const unit of [...units, ...more, ...headers, ...rest]) {
    test(`reads 64 KiB of ${JSON.stringify(unit)} in no time`, () => {
      const text = unit.repeat(Math.ceil(65_536 / unit.length));
      assert.ok(fastestMillis(() => usual.text(text)) < 250);
    });
  }

  test('cuts what is longer than anybody reads', () =>
    assert.equal(usual.text('a'.repeat(70_000)).length, 65_536));

  const forms = {
    ...knownForms,
    card: '4111 1111 1111 1111',
    url: 'amqp://shop:pa55wd-1a2b3c@queue.example',
  };
  for (const [name, secret] of Object.entries(forms)) {
    test(`cuts a text anywhere in ${name}, by whoever read it or by itself, and leaves nothing of it`, () => {
      const most = 200;
      // What a kind begins with says nothing; the rest of a secret does.
      const telling =
        name === 'url' ? 'pa55wd-1a2b3c' : secret.slice(name === 'card' ? 0 : secret.length / 2, -1);
      const parts = Array.from({ length: telling.length - 5 }, (_, at) => telling.slice(at, at + 6));
      for (let at = most - secret.length; at <= most + readBeyond; at += 7) {
        for (const before of ['', `token=${'x1Y'.repeat(60)} `]) {
          const text = `${before}${'ab '.repeat(500).slice(before.length, at - 1)} ${secret} ${'ab '.repeat(500)}`;
          for (const read of [text.length, most + readBeyond, most + readBeyond + 3]) {
            const clean = usual.text(text.slice(0, read), most);
            assert.ok(clean.length <= most);
            for (const part of parts) assert.ok(!clean.includes(part), `${at}, ${read}: ${clean}`);
          }
        }
      }
    });
  }

  test('keeps all that may be kept of a text in which nothing is secret', () => {
    for (const length of [199, 200, 201, 200 + readBeyond - 1, 200 + readBeyond, 5000]) {
      const text = 'ab '.repeat(2000).slice(0, length);
      assert.equal(usual.text(text, 200), text.slice(0, 200));
    }
  });

  test('costs little where nothing is secret', () => {
    const frame = '    at Service.charge (/app/dist/services/payment-service.js:123:45)\n';
    const text = `Error: the upstream http://payments:8080/charge answered 503\n${frame.repeat(45)}`;
    const millis = fastestMillis(() => {
      for (let i = 0; i < 2000; i++) usual.text(text);
    });
    // 10 µs each on a machine that has nothing else to do.
    assert.ok(millis < 150, `${millis} ms`);
  });
});

/** What services, versions, environments, pods, instances, jobs and spans are called. */
const ordinaryNames: readonly string[] = [
  'checkout',
  'secret-service',
  'password-reset',
  'token-service',
  'auth:token',
  'token:refresh',
  'secrets:rotate',
  'auth/session-cleanup',
  '@shop/api-key-manager',
  'com.shop.auth.TokenService',
  'Shop.Auth.PasswordHasher',
  'unknown_service:java',
  'cookie-consent',
  '1.4.2',
  '2.0.0-rc.1+build.20251130015237',
  'v20251130',
  '20251130015237',
  '1767323045000',
  'sha256:4111f0d9a1b2c3d4e5f60718293a4b5c6d7e8f904111f0d9a1b2c3d4e5f60718',
  '4111f0d9a1b2c3d4e5f60718293a4b5c6d7e8f90',
  'registry.example:5000/shop/payments:1.4.2',
  'payments-7d9f8b6c5d-x2x4z',
  'redis-0',
  'ip-10-0-3-4.eu-central-1.compute.internal',
  '6f1b2c3d-8e4f-4a5b-9c6d-7e8f9a0b1c2d',
  '41111111-1111-4111-8111-111111111111',
  'i-0abcd1234efgh5678',
  'shop@node-1:4000',
  'celery@worker-1',
  'us-east-1/production',
  'production (blue)',
  'App\\Jobs\\SendPasswordReset',
  'ActiveJob::TokenCleanup#perform',
  'tasks.refresh_token',
  'GET /api/tokens/{token}',
  'POST /password/reset',
  'HGETALL session',
  'SELECT users.password',
  '*/5 * * * *',
  '0 3 * * 1-5',
  '名前',
];

suite('a name', () => {
  for (const name of ordinaryNames) {
    test(`that is ${name} is left as it is`, () => {
      assert.equal(usual.name('service.name', name, 256), name);
      assert.equal(usual.attribute('job.name', name, 256), name);
    });
  }

  test('that is long is cut, and else as it is', () => {
    const long = 'payments '.repeat(200);
    for (const length of [255, 256, 257, 1279, 1280, 1281, 1800])
      assert.equal(
        usual.name('service.name', long.slice(0, length), 256),
        long.slice(0, Math.min(256, length)),
      );
  });

  test('without its secret is told from another one, and no longer than it may be', () => {
    for (const filler of ['', 'x '.repeat(100), 'x '.repeat(124), 'x '.repeat(127)]) {
      const [one, other] = ['hunter2x', 'hunter3y'].map((secret) =>
        usual.name('service.name', `${filler}token=${secret}`, 256),
      ) as [string, string];
      for (const name of [one, other]) {
        assert.ok(name.length <= 256, name);
        assert.doesNotMatch(name, /hunt/);
      }
      // Where nothing of it is left, there is nothing to tell them apart by.
      if (filler.length < 250) assert.notEqual(one, other);
    }
  });

  test('that is not to be kept is nothing but told from another one', () => {
    const denying = redactor({ attributes: ['service.*'] });
    assert.match(denying.name('service.name', 'payments', 256), /^<redacted>#[0-9a-f]{8}$/);
    assert.notEqual(denying.name('service.name', 'payments', 256), denying.name('service.name', 'shop', 256));
  });
});
