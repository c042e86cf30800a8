import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Frame } from '../../../src/errors/error-event.ts';
import type { StackReader } from '../../../src/errors/stack/reader.ts';
import { anyText, fastestMillis } from '../hostile.ts';

/** Longer than `parseStack` lets them become: what is not linear shows. */
const length = 2 ** 18;

/** What every reader promises of hostile text. @param pieces of its language, of which that text is made */
export function hostileSuite(read: StackReader, pieces: readonly string[]): void {
  suite('hostile text', () => {
    test('is read without an exception, into frames that hold together', () => {
      const piece = fc.oneof(
        anyText(8),
        fc.constantFrom(...pieces, '\n', '\n', ' ', ':', '1', '(', ')', "'", '"'),
      );
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 40 }), (text) => {
          const parsed = read(text.join('').split('\n'));
          for (const frame of parsed?.frames ?? []) assertHolds(frame);
          for (const frame of parsed?.causes.flatMap(({ frames }) => frames) ?? []) assertHolds(frame);
        }),
        { seed: 20_260_105, numRuns: 1000 },
      );
    });

    for (const piece of [...pieces, ...pieces.map((text) => `\n${text}`)]) {
      test(`of ${JSON.stringify(piece)} again and again is read in no time`, () => {
        const lines = piece.repeat(Math.ceil(length / piece.length)).split('\n');
        assert.ok(fastestMillis(() => read(lines)) < 150);
      });
    }
  });
}

function assertHolds({ function: name, module, file, line, column }: Frame): void {
  assert.notEqual(name, '');
  assert.notEqual(module, '');
  assert.notEqual(file, '');
  assert.ok(line === undefined || (file !== undefined && Number.isSafeInteger(line)));
  assert.ok(column === undefined || line !== undefined);
}
