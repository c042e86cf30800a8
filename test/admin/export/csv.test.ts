import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { csvLine } from '../../../src/admin/export/csv.ts';
import { readCsv } from './read-csv.ts';

suite('a line of CSV', () => {
  test('is as RFC 4180 says', () => {
    assert.equal(csvLine(['a', 'b c', '']), 'a,b c,\r\n');
    assert.equal(csvLine(['a,b', 'say "x"', 'two\nlines']), '"a,b","say ""x""","two\nlines"\r\n');
  });

  const dangerous = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    "=cmd|'/c calc'!A0",
    '＝1+1',
    '  =1',
    '"=1',
  ];
  for (const text of dangerous) {
    test(`has ${JSON.stringify(text)} as text`, () => {
      const [[cell = '']] = readCsv(csvLine([text])) as [string[]];
      assert.doesNotMatch(cell, /^[=+\-@\t\r\n＝]/);
      assert.ok(cell.replaceAll("'", '').includes(text.replaceAll("'", '')));
    });
  }

  test('makes no cell of a formula where a spreadsheet parts cells by semicolons, tabs or any line end', () => {
    const property = fc.property(
      fc.array(fc.string({ unit: fc.constantFrom(...Array.from('=+-@;,"\'\t\r\n a1')), maxLength: 12 }), {
        minLength: 1,
        maxLength: 4,
      }),
      (cells) => {
        const line = csvLine(cells);
        for (const separator of [/[;\r\n]/, /[\t\r\n]/])
          for (const cell of line.split(separator)) assert.doesNotMatch(cell, /^[" ]*[=+\-@]/, line);
        for (const cell of readCsv(line)[0]!) assert.doesNotMatch(cell, /^[=+\-@\t\r\n]/, line);
      },
    );
    fc.assert(property, { seed: 20_260_102, numRuns: 3000 });
  });

  test('says what was said but for apostrophes and control characters', () => {
    const property = fc.property(
      fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 4 }),
      (cells) => {
        const read = readCsv(csvLine(cells));
        assert.equal(read.length, 1);
        const bare = (text: string) => Array.from(text).filter(isKept).join('');
        assert.deepEqual(read[0]!.map(bare), cells.map(bare));
      },
    );
    fc.assert(property, { seed: 20_260_102, numRuns: 500 });
  });

  test('has nothing in it that a terminal obeys', () => {
    assert.equal(csvLine(['\u001b[31mred\u0007\u0000\u009b2J']), '\ufffd[31mred\ufffd\ufffd\ufffd2J\r\n');
  });
});

function isKept(letter: string): boolean {
  const code = letter.codePointAt(0)!;
  const isControl = (code < 0x20 && !'\t\r\n'.includes(letter)) || (code >= 0x7f && code < 0xa0);
  return !isControl && letter !== '\ufffd' && letter !== "'";
}
