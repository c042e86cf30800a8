import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { partsOf } from '../../grouping/generate/split.ts';

const bugs = ['null/a', 'null/b', 'parse/a', 'parse/b', 'refund', 'recursion', 'assert/a', 'file/a'];

suite('the split of a corpus', () => {
  test('is always the same, in whatever order bugs come', () => {
    assert.deepEqual(partsOf('node', bugs), partsOf('node', bugs.toReversed()));
  });

  test('is into halves', () => {
    const parts = [...partsOf('node', bugs).values()];
    assert.equal(Math.abs(parts.filter((part) => part === 'tuning').length - bugs.length / 2) <= 1, true);
  });

  test('keeps bugs that look alike together', () => {
    const parts = partsOf('python', bugs);
    assert.equal(parts.get('null/a'), parts.get('null/b'));
    assert.equal(parts.get('parse/a'), parts.get('parse/b'));
  });

  test('is another one for another language', () => {
    const languages = ['node', 'python', 'go', 'rust', 'java'];
    const tuned = languages.map((language) => partsOf(language, bugs).get('refund'));
    assert.equal(new Set(tuned).size, 2);
  });
});
