import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CallIndex, noRoom, unknown } from '../../src/derive/call-index.ts';

function setUp(capacity = 4) {
  const index = new CallIndex(capacity);
  const nameOf = (text: string): number =>
    index.names.intern(new DataView(new TextEncoder().encode(text).buffer), 0, Buffer.byteLength(text));
  return {
    index,
    nameOf,
    find: (text: string, service = 0) => index.find(service, nameOf(text), 1, 0),
    set: (text: string, series: number, service = 0) =>
      index.set({ service, name: nameOf(text), outcome: 1, dimensions: 0 }, series),
  };
}

suite('the index of calls', () => {
  test('finds what was set, and says what it does not know', () => {
    const { find, set } = setUp();
    set('a', 7);
    set('b', noRoom);
    assert.deepEqual([find('a'), find('b'), find('c')], [7, noRoom, unknown]);
  });

  test('takes a new series in place of the old one, as often as it likes', () => {
    const { find, set, index } = setUp();
    for (let series = 0; series < 1000; series++) set('a', series);
    assert.equal(find('a'), 999);
    assert.ok(!index.isFull);
  });

  test('is full when names or labels are, and then takes no more', () => {
    const { find, set, index, nameOf } = setUp();
    for (const [series, name] of ['a', 'b', 'c', 'd'].entries()) set(name, series);
    assert.ok(index.isFull);
    assert.equal(nameOf('e'), -1);
    set('a', 9, 1);
    assert.equal(find('a', 1), unknown);
    assert.equal(find('d'), 3);
  });

  test('forgets what has no series any more, and has room again', () => {
    const { find, set, index } = setUp();
    set('gone', 1);
    set('kept', 2);
    set('refused', noRoom);
    set('also kept', 3);
    index.forget(
      (series) => series >= 2,
      () => 0,
    );
    assert.deepEqual([find('kept'), find('also kept')], [2, 3]);
    assert.equal(index.names.size, 2);
    assert.deepEqual([find('gone'), find('refused')], [unknown, unknown]);
  });

  test('keeps a series that has two keys once, by the last of them', () => {
    const { find, set, index } = setUp();
    set('a', 5, 1);
    set('a', 5, 2);
    index.forget(
      () => true,
      () => 0,
    );
    assert.deepEqual([find('a', 1), find('a', 2)], [unknown, 5]);
  });
});
