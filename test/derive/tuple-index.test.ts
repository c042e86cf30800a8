import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TupleIndex } from '../../src/derive/tuple-index.ts';

test('finds every group again that was put in, and no other', () => {
  const member = fc.integer({ min: 0, max: 5 });
  const groups = fc.array(fc.tuple(member, member, member, member), { maxLength: 200 });
  fc.assert(
    fc.property(groups, (tuples) => {
      const index = new TupleIndex(256);
      const expected = new Map<string, number>();
      for (const [i, tuple] of tuples.entries()) {
        const key = tuple.join();
        if (!expected.has(key)) {
          assert.equal(index.get(...tuple), -1);
          assert.ok(index.set(...tuple, i));
          expected.set(key, i);
        }
        assert.equal(index.get(...tuple), expected.get(key));
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('takes no more than its capacity, and still finds what it has', () => {
  const index = new TupleIndex(4);
  for (let i = 0; i < 4; i++) assert.ok(index.set(i, 0, 0, 0, i));
  assert.equal(index.set(4, 0, 0, 0, 4), false);
  assert.equal(index.get(4, 0, 0, 0), -1);
  assert.equal(index.get(3, 0, 0, 0), 3);
});

test('has room again when it was cleared', () => {
  const index = new TupleIndex(2);
  for (let i = 0; i < 2; i++) index.set(i, 0, 0, 0, i);
  index.clear();
  assert.equal(index.get(0, 0, 0, 0), -1);
  for (let i = 2; i < 4; i++) assert.ok(index.set(i, 0, 0, 0, i));
  assert.equal(index.get(3, 0, 0, 0), 3);
});
