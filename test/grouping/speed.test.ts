import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { hostileMessages } from '../../grouping/speed/hostile.ts';
import { microsOf } from '../../grouping/speed/measure.ts';

suite('the speed of fingerprints', () => {
  test('is measured of each item in every round, without what prepares it', () => {
    const runs = new Map<string, number[]>();
    const figures = microsOf(['x', 'y'], (item, round) => () => {
      runs.set(item, [...(runs.get(item) ?? []), round]);
    });
    assert.deepEqual([...runs.keys()], ['x', 'y']);
    for (const rounds of runs.values()) assert.deepEqual(rounds, [...rounds.keys()]);
    assert.ok(figures.median > 0 && figures.median <= figures.p99 && figures.p99 <= figures.most);
  });

  test('is measured with messages as long as they get', () => {
    const messages = hostileMessages();
    assert.equal(new Set(messages).size, messages.length);
    assert.ok(messages.every(({ length }) => length === 4096));
  });
});
