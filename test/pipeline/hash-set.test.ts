import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { HashSet } from '../../src/pipeline/hash-set.ts';

/** Mostly such as want the same few slots, at the end of the set and so at its beginning. */
const hash = fc.oneof(
  fc
    .tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 0, max: 5 }))
    .map(([low, high]) => (low + high * 65_536) | 0),
  fc.integer(),
);
const step = fc.record({ hash, adds: fc.boolean() });

suite('a set of hashes', () => {
  test('has what was added and not deleted, as a set of numbers does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const set = new HashSet();
        const expected = new Set<number>();
        // 0 and 1 are one to it.
        const known = (number: number): number => (number === 0 ? 1 : number);
        for (const { hash: one, adds } of steps) {
          if (adds) {
            set.add(one);
            expected.add(known(one));
          } else {
            set.delete(one);
            expected.delete(known(one));
          }
        }
        for (const { hash: one } of steps) assert.equal(set.has(one), expected.has(known(one)));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('takes as many as are remembered', () => {
    const set = new HashSet();
    const mixed = (number: number): number => Math.imul(number, 0x9e3779b1);
    for (let i = 1; i <= 20_000; i++) set.add(mixed(i));
    for (let i = 1; i <= 20_000; i += 2) set.delete(mixed(i));
    for (let i = 1; i <= 40_000; i++) assert.equal(set.has(mixed(i)), i <= 20_000 && i % 2 === 0);
  });
});
