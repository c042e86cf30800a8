import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { DistinctCount, hashOfText } from '../../src/issues/distinct-count.ts';

function counted(texts: Iterable<string>): DistinctCount {
  const count = new DistinctCount();
  for (const text of texts) count.add(hashOfText(text));
  return count;
}

function* names(many: number, prefix = 'user-'): Generator<string> {
  for (let i = 0; i < many; i++) yield `${prefix}${i}`;
}

suite('the number of distinct users', () => {
  test('is exact for a few, however often each comes', () => {
    assert.equal(new DistinctCount().estimate, 0);
    assert.equal(counted(['a', 'b', 'a', 'a', 'b']).estimate, 2);
    assert.equal(counted(names(64)).estimate, 64);
  });

  // Three times the standard error of the estimate.
  for (const many of [65, 100, 500, 1000, 1300, 5000, 50_000, 1_000_000]) {
    test(`is estimated for ${many} within 14 %`, () => {
      for (const prefix of ['user-', '', 'f3b1e7c0-']) {
        const { estimate } = counted(names(many, prefix));
        assert.ok(Math.abs(estimate / many - 1) < 0.14, `${estimate} for ${many} of ${prefix}`);
      }
    });
  }

  test('is the same when it is read back, at any time', () => {
    const sizes = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(sizes, sizes, (first, second) => {
        const through = DistinctCount.from(counted(names(first)).bytes);
        for (const name of names(second, 'x')) through.add(hashOfText(name));
        const whole = counted([...names(first), ...names(second, 'x')]);
        assert.equal(through.estimate, whole.estimate);
        assert.deepEqual(new Set(through.bytes), new Set(whole.bytes));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('takes little room, and says when nothing has changed', () => {
    assert.ok(counted(names(100_000)).bytes.length <= 513);
    const count = counted(names(10));
    assert.deepEqual([count.add(hashOfText('user-3')), count.add(hashOfText('new'))], [false, true]);
    const many = counted(names(1000));
    assert.equal(many.add(hashOfText('user-3')), false);
  });

  test('reads bytes that are cut short or empty as what is there', () => {
    assert.equal(DistinctCount.from(new Uint8Array(0)).estimate, 0);
    assert.equal(DistinctCount.from(counted(names(3)).bytes.subarray(0, 10)).estimate, 2);
    assert.equal(DistinctCount.from(Uint8Array.of(1, 1)).add(1), true);
  });
});
