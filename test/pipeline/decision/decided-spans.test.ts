import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DecidedSpans } from '../../../src/pipeline/decision/decided-spans.ts';
import { TestClock } from '../../support/test-clock.ts';

/** Numbers without a pattern. */
function* bits(): Generator<number> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    yield Math.imul(state ^ (state >>> 16), 0x45d9f3b);
  }
}

function some(count: number): [number, number][] {
  const source = bits();
  return Array.from({ length: count }, () => [source.next().value!, source.next().value!]);
}

suite('what was decided of spans', () => {
  test('is known for a minute', () => {
    const clock = new TestClock();
    const spans = new DecidedSpans(clock);
    spans.add(7, -1, 2);
    spans.add(0, 0, 65_535);
    assert.deepEqual([spans.find(7, -1), spans.find(0, 0), spans.find(7, 1)], [2, 65_535, 0]);
    clock.advance(59_000);
    spans.begin();
    assert.equal(spans.find(7, -1), 2);
    clock.advance(3000);
    spans.begin();
    assert.equal(spans.find(7, -1), 0);
  });

  test('is what was decided last', () => {
    const spans = new DecidedSpans(new TestClock());
    spans.add(7, 8, 2);
    spans.add(7, 8, 3);
    assert.equal(spans.find(7, 8), 3);
  });

  test('is known of as many as there are in a minute of two thousand a second, nearly all', () => {
    const spans = new DecidedSpans(new TestClock());
    const all = some(120_000);
    for (const [i, [one, other]] of all.entries()) spans.add(one, other, (i % 9) + 1);
    const known = all.filter(([one, other], i) => spans.find(one, other) === (i % 9) + 1);
    assert.ok(known.length > all.length * 0.85, `${known.length}`);
    assert.deepEqual(
      some(140_000)
        .slice(120_000)
        .filter(([one, other]) => spans.find(one, other) !== 0),
      [],
      'of what never came nothing is known',
    );
  });

  test('makes room for what comes later, however much there was', () => {
    const clock = new TestClock();
    const spans = new DecidedSpans(clock);
    for (const [one, other] of some(400_000)) spans.add(one, other, 1);
    spans.add(7, 8, 2);
    assert.equal(spans.find(7, 8), 2);
    clock.advance(62_000);
    spans.begin();
    spans.add(9, 8, 3);
    assert.deepEqual([spans.find(9, 8), spans.find(7, 8)], [3, 0]);
  });

  test('is right also after the seconds have been counted through', () => {
    const clock = new TestClock();
    const spans = new DecidedSpans(clock);
    clock.advance(65_535_000);
    spans.begin();
    spans.add(7, 8, 2);
    clock.advance(30_000);
    spans.begin();
    assert.equal(spans.find(7, 8), 2);
    clock.advance(32_000);
    spans.begin();
    assert.equal(spans.find(7, 8), 0);
  });
});
