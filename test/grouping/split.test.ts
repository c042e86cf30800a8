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

  test('leaves a bug in the part it was in, with those that look like it', () => {
    const before = partsOf('node', bugs);
    const other = new Map(
      [...before].map(([bug, part]) => [bug, part === 'tuning' ? 'validation' : 'tuning'] as const),
    );
    assert.deepEqual(partsOf('node', bugs, other), other);
    const [first] = before.keys();
    const more = [...bugs, `${first!.split('/')[0]}/more`, 'new/a', 'new/b', 'newer'];
    const after = partsOf('node', more, before);
    for (const [bug, part] of before) assert.equal(after.get(bug), part);
    assert.equal(after.get(more[bugs.length]!), before.get(first!));
    assert.notEqual(after.get('new/a'), after.get('newer'));
  });

  test('is another one for another language', () => {
    const languages = ['node', 'python', 'go', 'rust', 'java'];
    const tuned = languages.map((language) => partsOf(language, bugs).get('refund'));
    assert.equal(new Set(tuned).size, 2);
  });
});
