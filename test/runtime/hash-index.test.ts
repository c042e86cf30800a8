import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { HashIndex } from '../../src/runtime/hash-index.ts';

/** Mostly such as want the same few slots, at the end of the set and so at its beginning. */
const hash = fc.oneof(
  fc
    .tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 0, max: 5 }))
    .map(([low, high]) => (low + high * 65_536) | 0),
  fc.integer(),
);
const step = fc.record({ hash, number: fc.option(fc.integer()) });

suite('an index of hashes', () => {
  test('has what was set and not deleted, as a map of numbers does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const index = new HashIndex();
        const expected = new Map<number, number>();
        // 0 and 1 are one to it.
        const known = (one: number): number => (one === 0 ? 1 : one);
        for (const { hash: one, number } of steps) {
          if (number === null) {
            index.delete(one);
            expected.delete(known(one));
          } else {
            index.set(one, number);
            expected.set(known(one), number);
          }
        }
        for (const { hash: one } of steps) {
          assert.equal(index.has(one), expected.has(known(one)));
          assert.equal(index.get(one), expected.get(known(one)) ?? -1);
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('takes as many as are remembered', () => {
    const index = new HashIndex();
    const mixed = (number: number): number => Math.imul(number, 0x9e3779b1);
    for (let i = 1; i <= 20_000; i++) index.set(mixed(i), i);
    for (let i = 1; i <= 20_000; i += 2) index.delete(mixed(i));
    for (let i = 1; i <= 40_000; i++) assert.equal(index.get(mixed(i)), i <= 20_000 && i % 2 === 0 ? i : -1);
  });
});
