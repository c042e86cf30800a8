import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { moved, reformatted, renamed } from '../../grouping/generate/source.ts';

const javascript = { lineComment: '//', quotes: [`'`, '"', '`'], indented: false };
const python = { lineComment: '#', quotes: [`'`, '"'], indented: true };

suite('a source that is changed', () => {
  test('is moved where it has empty lines', () => {
    assert.equal(moved('a\n\nb\n', python), 'a\n\n# Reviewed.\n# Reviewed.\n\nb\n');
  });

  for (const [what, before, after] of [
    ['has other local variables', 'const found = f(found);', 'const hit = f(hit);'],
    ['has them in Go too', 'found := c.found', 'hit := c.found'],
    ['has them in PHP too', '$found = $this->found;', '$hit = $this->found;'],
    ['keeps properties', 'a.price = { price: price }', 'a.price = { price: cost }'],
    ['keeps functions', 'rows(rows)', 'rows(records)'],
    ['keeps texts', `text + 'text' + "text"`, `content + 'text' + "text"`],
    ['has them in what is put into texts', '`text ${text}`', '`text ${content}`'],
    ['keeps comments', 'rows; // rows', 'records; // rows'],
  ] as const) {
    test(`${what}: ${before}`, () => {
      assert.equal(renamed(before, javascript), after);
    });
  }

  test('is broken after commas within brackets, and not within texts', () => {
    assert.equal(reformatted(`f(a, "b, c", [d, e])`, python), `f(a,\n    "b, c",\n    [d,\n        e])`);
    assert.equal(reformatted('a, b = c', python), 'a, b = c');
  });

  test('is indented twice as far, unless indentation means something', () => {
    assert.equal(reformatted('{\n  a\n    b\n', javascript), '{\n    a\n        b\n');
    assert.equal(reformatted('if a:\n  b\n', python), 'if a:\n  b\n');
  });
});
