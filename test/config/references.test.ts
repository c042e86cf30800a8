import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { z } from 'zod';
import { secret } from '../../src/config/scalars.ts';
import { type Given, lines, load, loadWhole } from './support.ts';

const schema = z.strictObject({
  text: z.string().optional(),
  number: z.number().optional(),
  flag: z.boolean().optional(),
  list: z.array(z.string()).optional(),
  numbers: z.array(z.number()).optional(),
  map: z.strictObject({ a: z.string() }).optional(),
  secret: secret().optional(),
});

const given: Given = {
  environment: {
    X: 'one',
    Y: 'two',
    EMPTY: '',
    NUMBER: '42',
    NEGATIVE: '-1.5',
    YES: 'true',
    MAP: '{a: 1}',
    LINES: 'a: 1\nb: 2',
    AGAIN: '${env:X}',
    WORD: 'hunter2',
  },
  files: {
    '/run/x': 'from a file\n',
    '/run/windows': 'from a file\r\n',
    '/run/lines': 'one\ntwo\n\n',
    '/run/empty': '',
    '/run/bom': '\ufeffx',
    '/run/largest': 'x'.repeat(64 * 1024),
    '/run/too-large': 'x'.repeat(64 * 1024 + 1),
    '/run/binary': Uint8Array.of(0xff),
  },
};

suite('a reference stands for', () => {
  const table: [text: string, value: unknown][] = [
    ['text: ${env:X}', { text: 'one' }],
    ['text: "${env:X}"', { text: 'one' }],
    ["text: '${env:X}'", { text: 'one' }],
    ['text: |-\n  ${env:X}', { text: 'one' }],
    ['text: a ${env:X} b ${env:Y} c', { text: 'a one b two c' }],
    ['text: ${env:X}${env:Y}', { text: 'onetwo' }],
    ['text: ${env:EMPTY}', { text: '' }],
    ['text: ${env:MISSING:-other}', { text: 'other' }],
    ['text: ${env:EMPTY:-other}', { text: 'other' }],
    ['text: ${env:X:-other}', { text: 'one' }],
    ['text: ${env:MISSING:-}', { text: '' }],
    ['text: ${env:MISSING:-a:-b c}', { text: 'a:-b c' }],
    ['list: ["${env:X}", a, "${env:Y}"]', { list: ['one', 'a', 'two'] }],
    ['map: {a: "${env:X}"}', { map: { a: 'one' } }],
    ['text: ${file:/run/x}', { text: 'from a file' }],
    ['text: ${file:/run/windows}', { text: 'from a file' }],
    ['text: ${file:/run/lines}', { text: 'one\ntwo\n' }],
    ['text: ${file:/run/empty}', { text: '' }],
    ['text: ${file:/run/bom}', { text: 'x' }],
    ['text: ${file:/run/largest}', { text: 'x'.repeat(64 * 1024) }],
    // What is written so that it is not one.
    ['text: $${env:X}', { text: '${env:X}' }],
    ['text: $${env:X} ${env:X}', { text: '${env:X} one' }],
    ['text: $$${env:X}', { text: '$${env:X}' }],
    ['text: $${', { text: '${' }],
    ['text: $X {X} $ $$', { text: '$X {X} $ $$' }],
    // Structure in a value stays text, and a value is not looked through again.
    ['text: ${env:MAP}', { text: '{a: 1}' }],
    ['text: ${env:LINES}', { text: 'a: 1\nb: 2' }],
    ['text: ${env:AGAIN}', { text: '${env:X}' }],
    // What was written without quotes may be more than text.
    ['number: ${env:NUMBER}', { number: 42 }],
    ['number: ${env:NEGATIVE}', { number: -1.5 }],
    ['number: ${env:NUMBER}0', { number: 420 }],
    ['numbers:\n  - 1\n  - ${env:NUMBER}', { numbers: [1, 42] }],
    ['flag: ${env:YES}', { flag: true }],
    ['flag: ${env:MISSING:-false}', { flag: false }],
    ['text: ${env:NUMBER}', { text: '42' }],
    ['text: ${env:YES}', { text: 'true' }],
  ];
  for (const [text, value] of table) {
    test(text, () => {
      const loaded = load(schema, [text], given);
      assert.deepEqual(lines(loaded), []);
      assert.deepEqual(loaded.value, value);
    });
  }
});

suite('a reference that is wrong', () => {
  const unknown =
    'not a reference: write ${env:NAME}, ${env:NAME:-default} or ${file:PATH}, or $${ for the characters themselves';
  const missing = (name: string) =>
    `the environment variable ${name} is not set: set it, or give a default: \${env:${name}:-default}`;
  const table: [text: string, ...told: string[]][] = [
    ['text: ${env:MISSING}', `1:7: text: ${missing('MISSING')}`],
    ['text: ${env:NOT} ${env:HERE}', `1:7: text: ${missing('NOT')}`, `1:7: text: ${missing('HERE')}`],
    ['list: [a, "${env:MISSING}"]', `1:11: list[1]: ${missing('MISSING')}`],
    ['map: {a: "${env:MISSING}"}', `1:10: map.a: ${missing('MISSING')}`],
    ['number: ${env:MISSING}', `1:9: number: ${missing('MISSING')}`],
    ['secret: ${env:MISSING}', `1:9: secret: ${missing('MISSING')}`],
    ['text: ${env:toString}', `1:7: text: ${missing('toString')}`],
    ['text: ${X}', `1:7: text: ${unknown}`],
    ['text: ${}', `1:7: text: ${unknown}`],
    ['text: ${env:}', `1:7: text: ${unknown}`],
    ['text: ${env:A-B}', `1:7: text: ${unknown}`],
    ['text: ${env:A:?b}', `1:7: text: ${unknown}`],
    ['text: ${file:}', `1:7: text: ${unknown}`],
    ['text: ${vault:x}', `1:7: text: ${unknown}`],
    [
      'text: a ${env:X',
      '1:7: text: a reference is not closed: write ${env:NAME} or ${file:PATH}, or $${ for the characters themselves',
    ],
    [
      'text: ${env:MISSING:-${env:X}}',
      '1:7: text: the default of MISSING has a reference in it: references cannot be nested',
    ],
    ['text: ${file:/none}', '1:7: text: the file /none cannot be read: there is no such file'],
    ['text: ${file:/run/too-large}', '1:7: text: the file /run/too-large is too large: at most 65536 bytes'],
    ['text: ${file:/run/binary}', '1:7: text: the file /run/binary cannot be read: it is not text in UTF-8'],
    [
      'numbers: [1, ${env:NUMBER}]',
      '1:15: not valid YAML: a reference within { } or [ ] needs quotes: "${env:NAME}"',
    ],
    ['map: {a: ${env:X}}', '1:11: not valid YAML: a reference within { } or [ ] needs quotes: "${env:NAME}"'],
    ['number: "${env:NUMBER}"', '1:9: number: not a number, but text: write it without quotes'],
    ['flag: "${env:YES}"', '1:7: flag: not true or false, but text: write it without quotes'],
    ['number: ${env:X}', '1:9: number: not a number, but text'],
    ['number: ${env:EMPTY}', '1:9: number: not a number, but empty text'],
    ['flag: ${env:NUMBER}', '1:7: flag: not true or false, but text'],
    ['map: ${env:MAP}', '1:6: map: not a mapping of keys to values, but text'],
    ['list: ${env:X}', '1:7: list: not a list, but text'],
    [
      '"${env:X}": 1',
      '1:1: "${env:X}": unknown key: known are text, number, flag, list, numbers, map, secret',
    ],
  ];
  for (const [text, ...told] of table) {
    test(text, () =>
      assert.deepEqual(
        lines(load(schema, [text], given)),
        told.map((line) => `a.yaml:${line}`),
      ),
    );
  }

  test('that nothing would come of is told all the same: the file may be used without the one over it', () => {
    assert.deepEqual(lines(load(schema, ['text: ${env:MISSING}', 'text: b'], given)), [
      `a.yaml:1:7: text: ${missing('MISSING')}`,
    ]);
  });
});

suite('a value from a reference is in no problem, whatever is wrong with it', () => {
  const value = 'hunter2 {: ] "';
  const places = [
    'version: @',
    'intake: @',
    'intake: {http: @}',
    'intake: {http: {listen: @}}',
    'intake: {max_body: @}',
    'noise: {health_checks: @}',
    'metrics: {listen: @}',
    'metrics: {duration_unit: @}',
    'metrics: {max_series: @}',
    'metrics: {buckets: @}',
    'metrics: {buckets: [1, @]}',
    'store: @',
    'store: {url: @}',
    'alerts: @',
    'alerts: {receivers: @}',
    'alerts: {receivers: [@]}',
    'alerts: {receivers: [{name: @}]}',
    'alerts: {receivers: [{name: a, slack: @}]}',
    'alerts: {receivers: [{name: a, slack: {token: @}}]}',
    'alerts: {receivers: [{name: a, slack: {webhook_url: @}}]}',
    'alerts: {receivers: [{name: a, slack: {api_url: @}}]}',
    'admin: {listen: @}',
    'unknown: @',
    'unknown: [{below: @}]',
  ];
  const texts = places.map((place) => place.replace('@', '"${env:SECRET}"'));
  for (const text of texts) {
    test(text, () => {
      const told = lines(loadWhole(text, { environment: { SECRET: value } }));
      assert.ok(told.length > 0);
      assert.doesNotMatch(told.join('\n'), /hunter2/);
      assert.doesNotMatch(told.join('\n'), /YAML/);
    });
  }
});
