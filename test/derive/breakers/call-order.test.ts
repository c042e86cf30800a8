import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CallOrder } from '../../../src/derive/breakers/call-order.ts';

function setUp() {
  const passed: number[] = [];
  let late = 0;
  let clockSets = 0;
  const order = new CallOrder(
    ({ start }) => passed.push(start),
    () => late++,
    () => clockSets++,
  );
  /** Known by when it began, here when it ended as it said. */
  const add = (end: number, now: number): void => order.add(end, end, true, now);
  return { order, add, passed, late: () => late, clockSets: () => clockSets };
}

suite('the order of calls', () => {
  test('is that in which they ended, of those that come within a second', () => {
    const { order, add, passed } = setUp();
    for (const end of [30, 10, 20]) add(end, 100);
    order.look(1_099);
    assert.deepEqual(passed, []);
    order.look(1_100);
    assert.deepEqual(passed, [10, 20, 30]);
  });

  test('is kept for as long as some were late, up to ten seconds', () => {
    const { order, add, passed, late } = setUp();
    add(10_000, 0);
    add(4_000, 0);
    order.look(5_999);
    assert.deepEqual(passed, []);
    order.look(6_000);
    assert.deepEqual(passed, [4_000, 10_000]);
    add(30_000, 6_000);
    add(12_000, 15_999);
    order.look(16_000);
    assert.deepEqual(passed, [4_000, 10_000]);
    order.look(26_000);
    assert.deepEqual(passed, [4_000, 10_000, 12_000, 30_000]);
    assert.equal(late(), 0);
  });

  test('leaves out what comes when later ones have gone on, and counts it', () => {
    const { order, add, passed, late } = setUp();
    add(10_000, 0);
    order.look(1_000);
    add(8_999, 1_000);
    add(9_500, 1_000);
    order.flush();
    // A little late is not late.
    assert.deepEqual([passed, late()], [[10_000, 9_500], 1]);
  });

  test('keeps no more than so many: the first go on before their time', () => {
    const { order, add, passed } = setUp();
    for (let end = 0; end < 10_000; end++) add(end, 0);
    assert.ok(passed.length >= 10_000 - 257);
    order.flush();
    assert.deepEqual(passed, [...Array(10_000).keys()]);
  });
});
