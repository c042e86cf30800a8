import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RecentSpans } from '../../../src/pipeline/failures/recent-spans.ts';
import type { SpanName } from '../../../src/pipeline/span-name.ts';

const [capacity, millis] = [8, 1000];

function span(hash: number, bits = 0): SpanName {
  return { hash, bits };
}

suite('recent spans', () => {
  test('nothing is known before anything was noted', () => {
    const spans = new RecentSpans(capacity, millis);
    assert.equal(spans.isEmpty(0), true);
    assert.equal(spans.mayKnow(0, 0), false);
    assert.equal(spans.get(span(0), 0), undefined);
  });

  test('of one hash each has its own number, and only the hash is asked for at a glance', () => {
    const spans = new RecentSpans(capacity, millis);
    spans.note(span(-7, 1), 10, 0);
    spans.note(span(-7, 2), 20, 0);
    assert.equal(spans.get(span(-7, 1), 0), 10);
    assert.equal(spans.get(span(-7, 2), 0), 20);
    assert.equal(spans.get(span(-7, 3), 0), undefined);
    assert.equal(spans.mayKnow(-7, 0), true);
    assert.equal(spans.mayKnow(-7 + capacity, 0), false);
  });

  test('the last number that was noted counts', () => {
    const spans = new RecentSpans(capacity, millis);
    spans.note(span(3), 10, 0);
    spans.note(span(3), -1, 0);
    assert.equal(spans.get(span(3), 0), -1);
  });

  test('the oldest are forgotten where there is no more room', () => {
    const spans = new RecentSpans(capacity, millis);
    for (let hash = 1; hash <= capacity + 1; hash++) spans.note(span(hash), hash, 0);
    const known = Array.from({ length: capacity + 1 }, (_, index) => spans.get(span(index + 1), 0));
    assert.deepEqual(known, [undefined, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('what was noted too long ago is forgotten', () => {
    const spans = new RecentSpans(capacity, millis);
    spans.note(span(1), 1, 0);
    spans.note(span(2), 2, 500);
    assert.equal(spans.get(span(1), 1000), 1);
    assert.equal(spans.get(span(1), 1001), undefined);
    assert.equal(spans.get(span(2), 1001), 2);
    assert.equal(spans.isEmpty(1500), false);
    assert.equal(spans.isEmpty(1501), true);
  });
});
