import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { regexSize } from '../../src/match/regex-size.ts';

suite('an expression', () => {
  const table: [expression: string, least: number, most: number][] = [
    ['', 0, 0],
    ['shop|till', 9, 9],
    ['a{3}', 3, 3],
    ['a{2,5}', 5, 5],
    ['a{1000,}', 1000, 1000],
    ['a{0}', 1, 1],
    ['(ab){10}', 40, 40],
    ['((a{10}){10}){10}', 1000, 2000],
    ['[a-z]{100}', 500, 500],
    ['\\pL{100}', 5000, 6000],
    ['[\\p{Greek}x]{10}', 500, 700],
    // Not counts, but texts.
    ['\\Qa{1000}\\E', 11, 11],
    ['a{,1000}', 8, 8],
    ['a\\{1000}', 8, 8],
    ['[{1000}]', 8, 8],
  ];
  for (const [expression, least, most] of table) {
    test(`${expression} has ${least} steps or so`, () => {
      const size = regexSize(expression);
      assert.ok(size >= least && size <= most, `${size}`);
    });
  }
});

test('is never far smaller than what RE2 makes of it', () => {
  const pieces = [
    'a',
    'Z',
    '.',
    '\\d',
    '\\Q[\\E',
    '\\Q{3}\\E',
    '[]a]',
    '[^]a-c]',
    '[a\\]b]',
    '\\[',
    '\\(',
    '\\)',
    '[(]',
    '[)]',
    '^',
    '$',
    '\\b',
    '|',
    '(?i)',
    '(?-i)',
    '\\Q\\E',
    'é',
    '{,2}',
  ];
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(...pieces),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => a + b),
      fc
        .tuple(fc.constantFrom('(', '(?:', '(?P<n>', '(?i:'), tie('expression'))
        .map(([open, within]) => `${open}${within})`),
      fc
        .tuple(tie('expression'), fc.constantFrom('{7}', '{2,9}', '{3,}', '{0,5}?', '*', '+?'))
        .map(([a, b]) => a + b),
    ),
  }));
  let compiled = 0;
  fc.assert(
    fc.property(expression, (text) => {
      let steps: number;
      try {
        steps = RE2JS.compile(text).programSize();
      } catch {
        return;
      }
      compiled++;
      // A few are there whatever the expression is; `{3,}` and the like have one more for each.
      assert.ok(steps <= 10 + 2 * regexSize(text), `${steps} of ${regexSize(text)}`);
    }),
    { seed: 20_261_130, numRuns: 20_000 },
  );
  assert.ok(compiled > 5_000, String(compiled));
});
