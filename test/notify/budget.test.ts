import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Bucket, type Budget, filled, firstBucket } from '../../src/notify/budget.ts';

const now = Date.UTC(2026, 0, 2);
const minute = 60_000;
const budget: Budget = { perHour: 60, burst: 10 };

suite('a budget', () => {
  const cases: [what: string, bucket: Bucket, after: number, tokens: number][] = [
    ['is what it was at the same time', { tokens: 3, at: now }, 0, 3],
    ['grows by what an hour has, in parts', { tokens: 3, at: now }, 90_000, 4.5],
    ['never grows beyond its burst', { tokens: 3, at: now }, 24 * 60 * minute, 10],
    ['is smaller at once when less is configured', { tokens: 50, at: now }, 0, 10],
    ['does not shrink when the clock is set back', { tokens: 3, at: now }, -5 * minute, 3],
  ];
  for (const [what, bucket, after, tokens] of cases)
    test(what, () => assert.equal(filled(bucket, budget, now + after).tokens, tokens));

  test('where nothing was ever told has half of its burst for the first ten minutes, and at least one', () => {
    assert.equal(firstBucket({ ...budget, burst: 1 }, now).tokens, 1);
    const first = firstBucket(budget, now);
    assert.equal(first.tokens, 5);
    assert.equal(filled({ ...first, tokens: 0 }, budget, now + 10 * minute).tokens, 0);
    assert.equal(filled({ ...first, tokens: 0 }, budget, now + 12 * minute).tokens, 2);
  });

  test('waits for ten minutes at the most, however far the clock is set back', () => {
    const back = filled(firstBucket(budget, now), budget, now - 24 * 60 * minute);
    assert.equal(filled({ ...back, tokens: 0 }, budget, now - 24 * 60 * minute + 11 * minute).tokens, 1);
  });
});
