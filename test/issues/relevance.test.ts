import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { relevanceRank } from '../../src/issues/relevance.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 0, 2);

/** How many of the first events of an issue, all stored at once, are as relevant as one of a lonely issue from so many days before. */
function left(events: number, days: number): number[] {
  const positions = Array.from({ length: events }, (_, i) => i + 1);
  return positions.filter((position) => relevanceRank(now, position) >= now - days * day);
}

suite('the relevance of an event', () => {
  test('is its time for the first of an issue', () => {
    assert.equal(relevanceRank(now, 1), now);
    assert.ok(relevanceRank(now, 1) > relevanceRank(now - 1, 1));
  });

  test('is never more than that', () => {
    for (let position = 1; position < 5000; position++) assert.ok(relevanceRank(now, position) <= now);
  });

  test('falls by a day with each doubling of the events that the issue has, for half of them and more', () => {
    let before = left(65_536, 16).length;
    assert.equal(before, 65_536);
    for (let days = 15; days > 0; days--) {
      const after = left(65_536, days).length;
      assert.ok(after >= before / 2 && after < before * 0.95, `${after} of ${before}`);
      before = after;
    }
  });

  test('thins the events of a storm out over all of it', () => {
    const kept = left(4096, 8);
    assert.ok(kept.length > 400 && kept.length < 1200, `${kept.length}`);
    for (let from = 0; from < 4096; from += 512) {
      const within = kept.filter((position) => position > from && position <= from + 512);
      assert.ok(within.length >= 16, `${within.length} from ${from}`);
    }
  });

  test('is a whole number, however many events there are', () => {
    for (const position of [3, 1_000_001, 2 ** 31 - 1])
      assert.ok(Number.isSafeInteger(relevanceRank(now + 0.25, position)));
  });
});
