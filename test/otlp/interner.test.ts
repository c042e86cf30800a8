import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Interner } from '../../src/otlp/interner.ts';

test('gives the same text the same number and another text another', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 100 }), (texts) => {
      const interner = new Interner(128);
      const numbers = new Map<string, number>();
      for (const text of texts) {
        const bytes = Buffer.from(`xx${text}yy`);
        const number = interner.intern(bytes, 2, bytes.length - 4);
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
  const intern = (text: string): number => interner.intern(Buffer.from(text), 0, text.length);
  assert.deepEqual(
    [intern('a'), intern('b'), intern('c'), intern('a'), intern('123456789')],
    [0, 1, -1, 0, -1],
  );
});

test('does not keep the bytes that a text was read from', () => {
  const interner = new Interner(2);
  const bytes = Buffer.from('abc');
  interner.intern(bytes, 0, 3);
  bytes.fill(0);
  assert.equal(interner.intern(Buffer.from('abc'), 0, 3), 0);
});
