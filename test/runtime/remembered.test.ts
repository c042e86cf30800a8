import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { remembered } from '../../src/runtime/remembered.ts';

suite('a function that remembers', () => {
  const asked: string[] = [];
  const upper = remembered({ most: 2, longest: 3 }, (text) => {
    asked.push(text);
    return { text: text.toUpperCase() };
  });

  test('answers the same object again without being asked', () => {
    assert.equal(upper('a'), upper('a'));
    assert.deepEqual(asked.splice(0), ['a']);
  });

  test('remembers what is asked again and again, however much else comes', () => {
    const first = upper('a');
    for (const other of 'bcdefgh') {
      upper(other);
      assert.equal(upper('a'), first);
    }
    asked.length = 0;
  });

  test('forgets what was not asked for long', () => {
    upper('x');
    for (const other of 'klmnop') upper(other);
    asked.length = 0;
    upper('x');
    assert.deepEqual(asked.splice(0), ['x']);
  });

  test('does not remember what is long', () => {
    assert.deepEqual([upper('long').text, upper('long').text], ['LONG', 'LONG']);
    assert.deepEqual(asked.splice(0), ['long', 'long']);
  });
});
