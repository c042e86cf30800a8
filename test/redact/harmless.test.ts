import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Secret } from '../../src/config/secret.ts';
import { Harmless } from '../../src/redact/harmless.ts';

suite('what another program says', () => {
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
