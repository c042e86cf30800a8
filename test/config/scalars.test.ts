import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { format, inspect } from 'node:util';
import { z } from 'zod';
import { byteSize, duration, httpUrl, listenAddress, secret, secretUrl } from '../../src/config/scalars.ts';
import { Secret } from '../../src/config/secret.ts';
import { suggest } from '../../src/config/suggest.ts';
import { lines, load } from './support.ts';

/** Each text is written in quotes for one key of a file. */
function readOne<T>(scalar: z.ZodType<T>, text: string) {
  return load(z.strictObject({ it: scalar }), [`it: ${JSON.stringify(text)}`]);
}

function accepts<T>(scalar: () => z.ZodType<T>, table: [text: string, value: T][]): void {
  for (const [text, value] of table) {
    test(`${text} is accepted`, () => {
      const loaded = readOne(scalar(), text);
      assert.deepEqual(lines(loaded), []);
      assert.deepEqual(loaded.value?.it, value);
    });
  }
}

function refuses(scalar: () => z.ZodType, message: string, texts: readonly string[]): void {
  for (const text of texts) {
    test(`${JSON.stringify(text)} is refused`, () =>
      assert.deepEqual(lines(readOne(scalar(), text)), [`a.yaml:1:5: it: ${message}`]));
  }
}

suite('a duration, in milliseconds', () => {
  accepts(duration, [
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['1w', 604_800_000],
    ['1y', 31_536_000_000],
    ['1.5s', 1500],
    ['0s', 0],
    ['0.4ms', 0],
    ['1d2h3m4s5ms', 93_784_005],
  ]);
  refuses(
    duration,
    'not a duration: write a number and a unit (ms, s, m, h, d, w, y), such as 30s, 5m or 1h30m',
    ['', '30', 's', '30 s', '-30s', '30S', '30sec', '1M', '1e3s', '.5s', 'PT30S', '30s ', '999999999999d'],
  );
});

suite('a size, in bytes', () => {
  accepts(byteSize, [
    ['1B', 1],
    ['64MiB', 67_108_864],
    ['1GiB', 1_073_741_824],
    ['1.5KiB', 1536],
    ['500KB', 500_000],
    ['2GB', 2_000_000_000],
  ]);
});

suite('an address to listen on', () => {
  accepts(listenAddress, [
    ['127.0.0.1:4318', { host: '127.0.0.1', port: 4318 }],
    ['[::1]:4318', { host: '::1', port: 4318 }],
    ['[::ffff:10.0.0.1]:1', { host: '::ffff:10.0.0.1', port: 1 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['otel-1.example.com:65535', { host: 'otel-1.example.com', port: 65_535 }],
  ]);
});

suite('a URL', () => {
  accepts(httpUrl, [
    ['https://slack.com/api/', 'https://slack.com/api/'],
    ['https://slack.com/api', 'https://slack.com/api/'],
    ['http://localhost:8080', 'http://localhost:8080/'],
  ]);
  refuses(httpUrl, 'not a URL: write one that begins with http:// or https://, without a password, ? or #', [
    '',
    'slack.com',
    '/api',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:word@slack.com/',
    'https://slack.com/?a=b',
    'https://slack.com/#a',
  ]);
});

suite('a secret', () => {
  test('is known without the blanks around it', () => {
    assert.equal(readOne(secret(), ' xoxb-1 \n').value?.it.reveal(), 'xoxb-1');
    assert.equal(readOne(secretUrl(), ' https://x/y\n').value?.it.reveal(), 'https://x/y');
  });

  const message =
    'not a secret: write one word of ASCII letters, digits and signs, best as ${env:NAME} or ${file:PATH}';
  refuses(secret, message, ['', '  ', 'a\nb', 'a\u0000b', 'a\u007fb', 'a b', 'xoxb-…', 'ünïcode']);

  test('prints nowhere', () => {
    const hidden = new Secret('hunter2');
    const object = { hidden, list: [hidden] };
    const error = new Error('it failed', { cause: object });
    const prints = [
      String(hidden),
      hidden.toString(),
      JSON.stringify(object),
      inspect(object, { showHidden: true, depth: 9, getters: true }),
      format('%s %j %o %O %i', hidden, hidden, hidden, hidden, hidden),
      inspect(error),
      JSON.stringify(Object.entries(hidden)),
    ];
    for (const print of prints) assert.doesNotMatch(print, /hunter2/);
    assert.equal(JSON.stringify(object), '{"hidden":"<secret>","list":["<secret>"]}');
    assert.equal(hidden.reveal(), 'hunter2');
  });
});

suite('the word that was meant', () => {
  const known = ['listen', 'max_body', 'max_in_flight', 'http'];
  const table: [written: string, meant: string | undefined][] = [
    ['lisen', 'listen'],
    ['Listen', 'listen'],
    ['ilsten', 'listen'],
    ['max_bdoy', 'max_body'],
    ['maxbody', 'max_body'],
    ['htp', 'http'],
    ['max_inflight', 'max_in_flight'],
    ['x', undefined],
    ['', undefined],
    ['address', undefined],
    ['a'.repeat(10_000), undefined],
  ];
  for (const [written, meant] of table)
    test(`for ${written.slice(0, 20)}: ${meant ?? 'none'}`, () =>
      assert.equal(suggest(written, known), meant));
});
