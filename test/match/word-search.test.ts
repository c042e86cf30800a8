import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { WordSearch } from '../../src/match/word-search.ts';
import { growth } from '../errors/hostile.ts';

function found(words: readonly string[], text: string): string[] {
  const list: string[] = [];
  new WordSearch(words.map((word) => [word, word])).search(text, (word, start, end) => {
    list.push(`${word} ${start} ${end}`);
    return end;
  });
  return list;
}

suite('WordSearch', () => {
  const table: [words: string[], text: string, wanted: string[]][] = [
    [['token'], 'a token', ['token 2 7']],
    [['token'], 'TOKEN Token', ['token 0 5', 'token 6 11']],
    [['0000'], 'port 8080', ['0000 5 9']],
    [['a', 'ab', 'abc'], 'abc', ['a 0 1', 'ab 0 2', 'abc 0 3']],
    [['pass', 'password'], 'password', ['pass 0 4', 'password 0 8']],
    [['@'], 'x@', ['@ 1 2']],
    [['://'], 'a://', ['://  1 4'.replace('  ', ' ')]],
    [['token'], 'toke', []],
    [['token'], '', []],
    // Only the low halves of these characters are those of the word.
    [['token'], '\u0174\u016f\u016b\u0165\u016e', []],
    [['key'], '\u212aey', []],
  ];
  for (const [words, text, wanted] of table) {
    test(`finds of ${words.join(' ')} in ${JSON.stringify(text)}: ${wanted.join(', ')}`, () =>
      assert.deepEqual(found(words, text), wanted));
  }

  test('tells all values of a word', () => {
    const values: number[] = [];
    const search = new WordSearch([
      ['key', 1],
      ['key', 2],
    ]);
    search.search('a key', (value, _, end) => {
      values.push(value);
      return end;
    });
    assert.deepEqual(values, [1, 2]);
  });

  test('goes on where it is told to', () => {
    const starts: number[] = [];
    new WordSearch([['ab', true]]).search('abababab', (_, start) => {
      starts.push(start);
      return start + 4;
    });
    assert.deepEqual(starts, [0, 4]);
  });

  test('finds what looking at every place finds', () => {
    const unit = fc.constantFrom('a', 'b', 'A', '-', '_', '7', '0', 'é', '\u0161', '\ud800');
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '_', '0'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { maxLength: 6 }),
        fc.string({ unit, maxLength: 40 }),
        (words, text) => {
          const folded = text.replace(/[a-z]/gi, (letter) => letter.toLowerCase()).replaceAll('7', '0');
          const wanted = Array.from(text, (_, start) =>
            words
              .filter((word) => folded.startsWith(word, start))
              .sort((a, b) => a.length - b.length)
              .map((word) => `${word} ${start} ${start + word.length}`),
          );
          assert.deepEqual(found(words, text), wanted.flat());
        },
      ),
      { numRuns: 1000, seed: 11 },
    );
  });

  test('takes time that grows with the text alone, also where a word nearly stands everywhere', () => {
    const search = new WordSearch([['aaaaaaaaaaaaaaab', 0]]);
    for (const unit of ['a', 'x', 'aab', '\u0161']) {
      const times = growth(unit.repeat(2 ** 20 / unit.length), (text) =>
        search.search(text, (_, __, end) => end),
      );
      assert.ok(times < 4, `${unit}: ${times}`);
    }
  });
});
