import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { cut, plain, plainLine } from '../../src/notify/cut.ts';

suite('texts of apps', () => {
  const cases: [what: string, text: string, shown: string][] = [
    [
      'lose the colours of terminals',
      '\u001b[1;31mError:\u001b[0m no \u001b[38;5;208mroom\u001b[K',
      'Error: no room',
    ],
    ['lose what is left of a sequence that broke off', 'a\u001b[31', 'a[31'],
    ['lose what hides, or reverses the reading direction', 'a\u0000b\u0007\u202ec\u2066', 'abc'],
    ['keep tabs and lines', '\ta\n\tb\n', 'a\n\tb'],
    ['are never empty', ' \n\u0000 ', '–'],
    ['have no halves of characters', '\ud83d x', '\ufffd x'],
  ];
  for (const [what, text, shown] of cases) test(what, () => assert.equal(plain(text, 100), shown));

  test('are one line where they stand beside ours', () => {
    assert.equal(plainLine('a\nSeverity: low\u2028b\u2029c', 100), 'a Severity: low b c');
  });

  test('are cut between characters', () => {
    assert.equal(cut('ab😀cd', 4), 'ab…');
    assert.equal(cut('ab😀cd', 5), 'ab😀…');
    assert.equal(cut('ab😀cd', 6), 'ab😀cd');
  });
});
