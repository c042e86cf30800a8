import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { writeBase64, writeHex } from '../../../src/otlp/json/binary-text.ts';
import { JsonFault } from '../../../src/otlp/json/json-fault.ts';
import { copyString, skipString } from '../../../src/otlp/json/json-string.ts';
import { KeyIndex } from '../../../src/otlp/schema/key-index.ts';
import { ProtobufWriter } from '../../../src/otlp/json/protobuf-writer.ts';
import { Dice } from './render.ts';

/** The UTF-8 of a JSON string given with its quotes, with something else behind it. */
function copied(quoted: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from([...quoted, 0x22, 0x2c]);
  const writer = new ProtobufWriter(1);
  const end = copyString(bytes, 1, writer);
  assert.equal(end, skipString(bytes, 1));
  assert.equal(end, quoted.length - 1);
  return writer.finish();
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Text of UTF-16 code units: also with halves of surrogate pairs. */
const anyText = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.integer({ min: 0xd7ff, max: 0xe000 })), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

test('a string is unescaped as JSON.parse does, and is Unicode then', () => {
  const dice = new Dice(1);
  fc.assert(
    fc.property(anyText, (text) => {
      const escaped = Array.from(text, (character) =>
        dice.below(2) === 0
          ? JSON.stringify(character).slice(1, -1)
          : Array.from(
              { length: character.length },
              (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
            ).join(''),
      );
      const quoted = `"${escaped.join('')}"`;
      assert.deepEqual(copied(utf8(quoted)), utf8(String(JSON.parse(quoted)).toWellFormed()));
    }),
    { numRuns: 3000, seed: 3 },
  );
});

test('every short escape stands for its character', () => {
  assert.deepEqual(copied(utf8(String.raw`"\"\\\/\b\f\n\r\t"`)), utf8('"\\/\b\f\n\r\t'));
});

test('bytes that are not UTF-8 are replaced as a TextDecoder does', () => {
  const interesting = fc.constantFrom(
    0x61,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xe1,
    0xed,
    0xef,
    0xf0,
    0xf1,
    0xf4,
    0xf5,
    0xff,
  );
  fc.assert(
    fc.property(fc.array(interesting, { maxLength: 8 }), (content) => {
      const expected = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(content));
      assert.deepEqual(copied(Uint8Array.from([0x22, ...content, 0x22])), utf8(expected));
    }),
    { numRuns: 5000, seed: 3 },
  );
});

test('a string that is none is refused, copied or skipped', () => {
  const bad = [
    '',
    '\\',
    '\\"',
    '\\u',
    '\\u004"',
    '\\u00g0"',
    '\\x"',
    '\\N"',
    '\n"',
    '\u0000"',
    '\u001f"',
    'abc',
    '\u00e9',
  ];
  for (const content of bad) {
    const bytes = utf8(`"${content}`);
    assert.throws(() => copyString(bytes, 1, new ProtobufWriter(8)), JsonFault, content);
    assert.throws(() => skipString(bytes, 1), JsonFault, content);
  }
});

test('a string of any length fits into an output that was too small', () => {
  for (const length of [0, 1, 2, 63, 64, 65, 1000, 5000]) {
    const text = 'x'.repeat(length);
    assert.deepEqual(copied(utf8(`"${text}"`)), utf8(text));
    assert.deepEqual(copied(utf8(`"${text}é"`)), utf8(`${text}é`));
  }
});

function binary(write: typeof writeHex, text: string): Buffer | undefined {
  const writer = new ProtobufWriter(1);
  const bytes = utf8(`<${text}>`);
  return write(bytes, 1, bytes.length - 1, writer) ? Buffer.from(writer.finish()) : undefined;
}

test('hexadecimal is read in either case', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const hex = Buffer.from(bytes).toString('hex');
      for (const text of [hex, hex.toUpperCase()])
        assert.deepEqual(binary(writeHex, text), Buffer.from(bytes));
    }),
    { numRuns: 300, seed: 3 },
  );
  for (const text of ['a', 'abc', 'ag', 'g0', ' a', '0x', '/0', ':0', '@0', '`0', 'é']) {
    assert.equal(binary(writeHex, text), undefined, text);
  }
});

test('base64 is read in both alphabets, with and without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const base64 = Buffer.from(bytes).toString('base64');
      const url = base64.replaceAll('+', '-').replaceAll('/', '_');
      for (const text of [base64, base64.replaceAll('=', ''), url, url.replaceAll('=', '')]) {
        assert.deepEqual(binary(writeBase64, text), Buffer.from(bytes), text);
      }
    }),
    { numRuns: 300, seed: 3 },
  );
  for (const text of [
    'A',
    'AAAAA',
    'AA=',
    'AAA==',
    'AAAA=',
    '=',
    '==',
    '====',
    'A===',
    '=AAA',
    'AA=A',
    'A A',
    'AA.A',
    'é',
  ]) {
    assert.equal(binary(writeBase64, text), undefined, text);
  }
});

test('keys are told apart however alike they are', () => {
  const index = new KeyIndex<string>();
  const keys = [
    '',
    'a',
    'b',
    'ab',
    'ba',
    'axb',
    'ayb',
    'azb',
    'aaab',
    'abab',
    'a.b',
    'b.a',
    'key',
    'value',
    'valuf',
    'é',
  ];
  for (const key of keys) index.add(key, key);
  for (const key of [...keys, 'c', 'abc', 'awb', 'Key', 'valu', 'e', 'x'.repeat(500)]) {
    const bytes = utf8(`"${key}"`);
    assert.equal(index.find(bytes, 1, bytes.length - 1), keys.includes(key) ? key : undefined, key);
  }
});
