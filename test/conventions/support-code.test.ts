import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { supportCode, traceIdPrefix } from '../../src/conventions/support-code.ts';

/** The first five bytes of a trace id, and what is read out. */
const codes: readonly (readonly [bytes: string, code: string])[] = [
  ['0000000000', 'TOC-00000000'],
  ['ffffffffff', 'TOC-ZZZZZZZZ'],
  ['FFFFFFFFFF', 'TOC-ZZZZZZZZ'],
  ['0000000001', 'TOC-00000001'],
  ['8000000000', 'TOC-G0000000'],
  ['00443214c7', 'TOC-01234567'],
  ['4254b635cf', 'TOC-89ABCDEF'],
  ['84653a56d7', 'TOC-GHJKMNPQ'],
  ['c675be77df', 'TOC-RSTVWXYZ'],
  ['0af7651916', 'TOC-1BVPA68P'],
];

for (const [bytes, code] of codes) {
  test(`${bytes}… is ${code}`, () => {
    assert.equal(supportCode(`${bytes}cd43dd8448eb211c80319c`), code);
  });
}

test('the bytes behind the fifth change nothing', () => {
  assert.equal(supportCode('0af7651916'), supportCode('0af7651916ffffffffffffffffffffff'));
});

test('other first bytes are another code', () => {
  const bytes = fc.integer({ min: 0, max: 2 ** 40 - 1 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const [one, other] = [a, b].map((number) => supportCode(number.toString(16).padStart(10, '0')));
      assert.match(one ?? '', /^TOC-[0-9A-HJKMNP-TV-Z]{8}$/);
      assert.equal(one === other, a === b);
    }),
    { seed: 20_260_105 },
  );
});

for (const id of [
  '',
  'abc',
  '0af765191',
  '0af76519-6cd43dd8448eb211c80319c',
  ' af7651916',
  '0x00000000',
  '\0'.repeat(32),
]) {
  test(`there is none for ${JSON.stringify(id)}`, () => {
    assert.equal(supportCode(id), '');
  });
}

test('a code leads back to what its trace ids begin with, whatever people took its letters for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 40 - 1 }), (number) => {
      const prefix = number.toString(16).padStart(10, '0');
      const code = supportCode(prefix);
      const written = [
        code,
        code.toLowerCase(),
        code.replaceAll('0', 'O'),
        code.replaceAll('1', 'l'),
        ` ${code} `,
      ];
      for (const each of written) assert.equal(traceIdPrefix(each), prefix);
    }),
    { seed: 1, numRuns: 500 },
  );
});

for (const code of ['', 'TOC-', 'TOC-1234567', 'TOC-123456789', 'TOC-UUUUUUUU', 'ABC-12345678', 'my own']) {
  test(`no trace id has the code ${JSON.stringify(code)}`, () => {
    assert.equal(traceIdPrefix(code), undefined);
  });
}
