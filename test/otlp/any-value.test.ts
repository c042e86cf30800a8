import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { decodeAnyValue } from '../../src/otlp/any-value.ts';
import { WireReader } from '../../src/otlp/wire.ts';

/** A length-delimited field. */
function field(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length: number[] = [];
  let rest = content.length;
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([tag, ...length, rest]), content]);
}

const text = (value: string): Buffer => field(0x0a, Buffer.from(value));
const list = (...items: Buffer[]): Buffer => field(0x2a, ...items.map((item) => field(0x0a, item)));
const map = (entries: Record<string, Buffer>): Buffer =>
  field(0x32, ...Object.entries(entries).map(([key, value]) => field(0x0a, text(key), field(0x12, value))));

function decode(bytes: Uint8Array) {
  const reader = new WireReader();
  reader.reset(new Uint8Array(bytes));
  const value = decodeAnyValue(reader, bytes.length);
  assert.equal(reader.at, bytes.length, 'all of it was read');
  return value;
}

suite('a value', () => {
  test('with others in it is decoded as a whole', () => {
    const nested = map({ a: list(text('x'), text('y')), b: map({ c: Buffer.from([0x18, 5]) }) });
    assert.deepEqual(decode(nested), { a: ['x', 'y'], b: { c: 5 } });
  });

  test('that is longer than anything kept of it is cut', () => {
    const value = decode(text('é'.repeat(200_000)));
    assert.ok(typeof value === 'string' && value.startsWith('é'.repeat(32_768)));
    assert.ok(value.length < 100_000);
    const bytes = decode(field(0x3a, Buffer.alloc(1_000_000)));
    assert.ok(typeof bytes === 'string' && bytes.length < 200_000);
  });

  const hostile: [name: string, bytes: Buffer][] = [
    ['a list of a million empty values', field(0x2a, Buffer.alloc(2_000_000, Buffer.from([0x0a, 0])))],
    ['a map of a million empty entries', field(0x32, Buffer.alloc(2_000_000, Buffer.from([0x0a, 0])))],
    ['a list of many lists', list(...Array.from({ length: 300 }, () => list(...Array(300).fill(text('x')))))],
    ['a list of long texts', list(...Array.from({ length: 50 }, () => text('x'.repeat(90_000))))],
    [
      'a map with long keys',
      map(Object.fromEntries([1, 2, 3].map((i) => [`${i}`.repeat(90_000), text('')]))),
    ],
  ];
  for (const [name, bytes] of hostile) {
    test(`of ${name} is cut where nobody reads on`, () => {
      const shown = JSON.stringify(decode(bytes));
      assert.ok(shown.length < 110_000, `${shown.length} characters`);
    });
  }
});
