import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { growthOf } from '../../bench/soak/soak.ts';

const megabytes = (sizes: readonly number[]) => sizes.map((size) => ({ rss: size * 1e6 }));

suite('memory over a soak', () => {
  test('is flat however it grew in the beginning', () => {
    assert.deepEqual(growthOf(megabytes([100, 180, 220, 221, 219, 222, 222, 221, 220])), []);
  });

  test('is told of when it goes on growing', () => {
    const growing = Array.from({ length: 20 }, (_, minute) => 150 + minute * 5);
    assert.deepEqual(growthOf(megabytes(growing)), ['memory grew from 215 to 245 MB in the last third']);
  });

  test('says nothing after too few steps', () => {
    assert.deepEqual(growthOf(megabytes([100, 200])), []);
  });
});
