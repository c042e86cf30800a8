import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Interner } from '../../src/otlp/interner.ts';

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

test('gives the same text the same number and another text another', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 100 }), (texts) => {
      const interner = new Interner(128);
      const numbers = new Map<string, number>();
      for (const text of texts) {
        const bytes = Buffer.from(`xx${text}yy`);
        const number = interner.intern(viewOf(bytes), 2, bytes.length - 4);
        assert.equal(interner.text(number), text);
        assert.equal(numbers.get(text) ?? number, number);
        numbers.set(text, number);
      }
      assert.equal(interner.size, numbers.size);
    }),
    { seed: 2, numRuns: 300 },
  );
});

test('gives no number to texts that are too many or too long, and keeps those it gave', () => {
  const interner = new Interner(2, 8);
  const intern = (text: string): number => interner.intern(viewOf(Buffer.from(text)), 0, text.length);
  assert.deepEqual(
    [intern('a'), intern('b'), intern('c'), intern('a'), intern('123456789')],
    [0, 1, -1, 0, -1],
  );
});

test('does not keep the bytes that a text was read from', () => {
  const interner = new Interner(2);
  const bytes = Buffer.from('abc');
  interner.intern(viewOf(bytes), 0, 3);
  bytes.fill(0);
  assert.equal(interner.intern(viewOf(Buffer.from('abc')), 0, 3), 0);
});

test('takes over the texts of another, under numbers of its own', () => {
  const [one, other] = [new Interner(200), new Interner(200)];
  for (let i = 0; i < 150; i++)
    one.intern(viewOf(Buffer.from(`a long text, ${i}`)), 0, 13 + String(i).length);
  for (let number = 149; number >= 0; number--) {
    const taken = other.internFrom(one, number);
    assert.equal(other.text(taken), `a long text, ${number}`);
    assert.equal(taken, 149 - number);
  }
});

test('gives no number to texts that were made to want the same slot, beyond a few', () => {
  const interner = new Interner(4096);
  // The first word of each pair changes the hash in two bits, and the second changes it back.
  const pairs = 10;
  const numbers = Array.from({ length: 2 ** pairs }, (_, choice) => {
    const bytes = new DataView(new ArrayBuffer(pairs * 8));
    for (let pair = 0; pair < pairs; pair++) {
      const flips = ((choice >>> pair) & 1) === 1;
      bytes.setInt32(pair * 8, 0x61616161 ^ (flips ? 0x80000000 : 0));
      bytes.setInt32(pair * 8 + 4, 0x62626262 ^ (flips ? 0x80010000 : 0));
    }
    return interner.intern(bytes, 0, bytes.byteLength);
  });
  assert.equal(numbers.filter((number) => number === -1).length, 2 ** pairs - 128);
  assert.equal(interner.intern(viewOf(Buffer.from('another')), 0, 7), 128);
});
