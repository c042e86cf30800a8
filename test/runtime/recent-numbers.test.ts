import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Name, RecentNumbers } from '../../src/runtime/recent-numbers.ts';

const [capacity, millis] = [8, 1000];

function name(hash: number, bits = 0): Name {
  return { hash, bits };
}

suite('recent numbers', () => {
  test('nothing is known before anything was noted', () => {
    const numbers = new RecentNumbers(capacity, millis);
    assert.equal(numbers.isEmpty(0), true);
    assert.equal(numbers.mayKnow(0, 0), false);
    assert.equal(numbers.get(name(0), 0), undefined);
  });

  test('of one hash each has its own number, and only the hash is asked for at a glance', () => {
    const numbers = new RecentNumbers(capacity, millis);
    numbers.note(name(-7, 1), 10, 0);
    numbers.note(name(-7, 2), 20, 0);
    assert.equal(numbers.get(name(-7, 1), 0), 10);
    assert.equal(numbers.get(name(-7, 2), 0), 20);
    assert.equal(numbers.get(name(-7, 3), 0), undefined);
    assert.equal(numbers.mayKnow(-7, 0), true);
    assert.equal(numbers.mayKnow(-7 + capacity, 0), false);
  });

  test('the last number that was noted counts', () => {
    const numbers = new RecentNumbers(capacity, millis);
    numbers.note(name(3), 10, 0);
    numbers.note(name(3), -1, 0);
    assert.equal(numbers.get(name(3), 0), -1);
  });

  test('the oldest are forgotten where there is no more room', () => {
    const numbers = new RecentNumbers(capacity, millis);
    for (let hash = 1; hash <= capacity + 1; hash++) numbers.note(name(hash), hash, 0);
    const known = Array.from({ length: capacity + 1 }, (_, index) => numbers.get(name(index + 1), 0));
    assert.deepEqual(known, [undefined, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('what was noted too long ago is forgotten', () => {
    const numbers = new RecentNumbers(capacity, millis);
    numbers.note(name(1), 1, 0);
    numbers.note(name(2), 2, 500);
    assert.equal(numbers.get(name(1), 1000), 1);
    assert.equal(numbers.get(name(1), 1001), undefined);
    assert.equal(numbers.get(name(2), 1001), 2);
    assert.equal(numbers.isEmpty(1500), false);
    assert.equal(numbers.isEmpty(1501), true);
  });
});
