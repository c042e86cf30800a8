import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { StackReader } from '../../../src/errors/stack/reader.ts';
import { anyText, fastestMillis } from '../hostile.ts';

/** What a parser of any language may stumble over. */
const anywhere = [
  '\n',
  ' ',
  ':',
  ': ',
  ':1',
  '.',
  '(',
  ')',
  '<',
  '>',
  '[',
  '$',
  '\0',
  '\ud800',
  '9',
  'a',
  '\n\n\t',
];

/**
 * Every reader passes these: it takes any text, and is done in a time that grows with its length only.
 *
 * @param pieces of which the traces of the language are made
 * @param seed for the texts that are made of them
 */
export function testHostileText(read: StackReader, pieces: readonly string[], seed: number): void {
  const text = fc.array(fc.oneof(anyText(8), fc.constantFrom(...anywhere, ...pieces)), { maxLength: 40 });
  test('takes any text', () => {
    fc.assert(
      fc.property(text, (parts) => {
        const parsed = read(parts.join('').split('\n'));
        if (parsed === undefined) return;
        for (const { frames } of [parsed, ...parsed.causes]) {
          for (const { line, file } of frames) assert.ok(line === undefined || file !== undefined);
        }
      }),
      { seed, numRuns: 500 },
    );
  });

  // As much as is parsed of a trace at most, all of it in one place.
  for (const unit of [...anywhere, ...pieces]) {
    for (const [before, after] of surroundings(pieces)) {
      const lines = (before + unit.repeat(Math.ceil(2 ** 16 / unit.length)) + after).split('\n', 4096);
      test(`reads 64 KiB of ${JSON.stringify(unit)} behind ${JSON.stringify(before)} in no time`, () => {
        assert.ok(fastestMillis(() => read(lines)) < 50);
      });
    }
  }
}

/** Behind each piece that may begin something, since that is where a parser looks closer. */
function surroundings(pieces: readonly string[]): [before: string, after: string][] {
  const openings = pieces.filter((piece) => piece.endsWith(' ') || piece.endsWith('('));
  return ['', ...openings].map((opening) => [opening, '!\n']);
}
