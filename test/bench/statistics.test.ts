import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { median, quantile, summarize } from '../../bench/statistics.ts';

suite('statistics', () => {
  for (const [values, middle] of [
    [[3], 3],
    [[1, 2], 1.5],
    [[9, 1, 5], 5],
    [[10, 9, 100, 1], 9.5],
    [[2, 10, 1], 2],
  ] as const) {
    test(`the median of ${values.join(', ')} is ${middle}`, () => {
      assert.equal(median(values), middle);
    });
  }

  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  for (const [share, value] of [
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ] as const) {
    test(`the ${share} quantile of 1 to 100 is ${value}`, () => {
      assert.equal(quantile(hundred, share), value);
    });
  }

  test('of few values a high quantile is the largest', () => {
    assert.equal(quantile([1, 7, 3], 0.99), 7);
  });

  // Of n values that are each above the median by a chance of one half, as tables of the sign test have it.
  for (const [count, low, high] of [
    [1, 1, 1],
    [5, 1, 5],
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [10, 2, 9],
    [12, 3, 10],
    [20, 6, 15],
  ] as const) {
    test(`the interval of the median of 1 to ${count} is ${low} to ${high}`, () => {
      const values = Array.from({ length: count }, (_, index) => count - index);
      assert.deepEqual(summarize(values).interval, [low, high]);
    });
  }

  test('leave what they are given as it is', () => {
    const values = [3, 1, 2];
    assert.deepEqual(summarize(values), { median: 2, least: 1, most: 3, interval: [1, 3] });
    quantile(values, 0.5);
    assert.deepEqual(values, [3, 1, 2]);
  });

  test('there are none of nothing', () => {
    assert.throws(() => median([]), RangeError);
    assert.throws(() => quantile([], 0.5), RangeError);
  });
});
