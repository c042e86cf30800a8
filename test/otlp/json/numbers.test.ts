import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { isNumber, numberEnd, parseDouble } from '../../../src/otlp/json/number.ts';
import { WholeNumber } from '../../../src/otlp/json/whole-number.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What is read, or undefined if it is no whole number of 64 bits. */
function whole(text: string): bigint | undefined {
  const number = new WholeNumber();
  if (!number.parse(bytesOf(`<${text}>`), 1, 1 + text.length)) return undefined;
  const magnitude = (BigInt(number.high) << 32n) + BigInt(number.low);
  return number.negative ? -magnitude : magnitude;
}

function double(text: string): number {
  return parseDouble(bytesOf(`<${text}>`), 1, 1 + text.length);
}

/** Text with the letters of numbers: some of it is one. */
const numberLike = fc.string({ unit: fc.constantFrom(...Array.from('0123456789-+.eE0011')), maxLength: 9 });

test('the grammar of numbers is that of RFC 8259', () => {
  fc.assert(
    fc.property(numberLike, (text) => {
      const expected = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(text);
      assert.equal(isNumber(bytesOf(text), 0, text.length), expected);
    }),
    { numRuns: 5000, seed: 3 },
  );
});

test('a number ends where its grammar does', () => {
  const cases: [text: string, end: number][] = [
    ['12,', 2],
    ['01', 1],
    ['-0.5e+10]', 8],
    ['1e5e5', 3],
    ['1.2.3', 3],
    ['-', -1],
    ['1.', -1],
    ['1e', -1],
    ['1e-', -1],
    ['', -1],
    ['x', -1],
  ];
  for (const [text, end] of cases) assert.equal(numberEnd(bytesOf(text), 0), end, text);
});

test('whole numbers of 64 bits are read to the last digit', () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 64n) + 1n, 2n ** 64n - 1n), fc.nat(70), (number, shift) => {
      const value = number / 2n ** BigInt(Math.min(shift, 64));
      const text = value.toString();
      assert.equal(whole(text), value);
      assert.equal(whole(`${text}.000`), value);
      assert.equal(whole(value === 0n ? '0e-3' : `${text}000e-3`), value);
      // The same digits with the point moved to the front.
      const digits = text.replace('-', '');
      assert.equal(whole(`${value < 0n ? '-' : ''}0.00${digits}E+${digits.length + 2}`), value);
    }),
    { numRuns: 2000, seed: 3 },
  );
});

test('what is not whole, not 64 bits or not a number is refused', () => {
  const cases = [
    '',
    '-',
    '+1',
    '01',
    '-00',
    ' 1',
    '1 ',
    '1_0',
    '0x10',
    'NaN',
    'Infinity',
    '1.',
    '.5',
    'e5',
    '1e',
    '--1',
    '0.5',
    '1e-1',
    '1.5e0',
    '123456789012345.5',
    '12345678901234567891e-1',
    '0.1e0',
    '1e-400',
    '18446744073709551616',
    '99999999999999999999',
    '100000000000000000000',
    '1e20',
    '1.8446744073709551616e19',
    '123456789012345678901',
    '1e400',
    '123456789012345x',
    '12345678901234567890x',
    'x',
    '1\u00e9',
  ];
  for (const text of cases) assert.equal(whole(text), undefined, text);
});

test('the ends of the ranges are inside, what is beyond them is outside', () => {
  const ranges: [bits: 32 | 64, signed: boolean, lowest: bigint, highest: bigint][] = [
    [32, false, 0n, 2n ** 32n - 1n],
    [32, true, -(2n ** 31n), 2n ** 31n - 1n],
    [64, false, 0n, 2n ** 64n - 1n],
    [64, true, -(2n ** 63n), 2n ** 63n - 1n],
  ];
  const number = new WholeNumber();
  const fits = (value: bigint, bits: 32 | 64, signed: boolean): boolean => {
    const text = bytesOf(value.toString());
    return number.parse(text, 0, text.length) && number.fits(bits, signed);
  };
  for (const [bits, signed, lowest, highest] of ranges) {
    for (const value of [lowest, highest, 0n, 1n])
      assert.ok(fits(value, bits, signed), `${value} in ${bits}`);
    for (const value of [lowest - 1n, highest + 1n, -(2n ** 64n) + 1n]) {
      assert.ok(!fits(value, bits, signed), `${value} not in ${bits}`);
    }
  }
});

test("negative numbers become their two's complement", () => {
  const number = new WholeNumber();
  for (const value of [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 63n - 1n, 2n ** 63n]) {
    const text = bytesOf(`-${value}`);
    assert.ok(number.parse(text, 0, text.length));
    number.complement();
    assert.equal((BigInt(number.high) << 32n) + BigInt(number.low), BigInt.asUintN(64, -value), `-${value}`);
  }
});

test('doubles are the nearest ones, as JavaScript reads them', () => {
  const texts = fc.oneof(
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => (Object.is(value, -0) ? '-0' : String(value).replace('+', ''))),
    fc.tuple(fc.bigInt(0n, 10n ** 23n), fc.nat(24)).map(([digits, point]) => {
      const text = digits.toString().padStart(point + 1, '0');
      return point === 0 ? text : `${text.slice(0, -point)}.${text.slice(-point)}`;
    }),
    numberLike.filter((text) => isNumber(bytesOf(text), 0, text.length)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      assert.equal(double(text), Number(text));
    }),
    { numRuns: 5000, seed: 3 },
  );
});

test('doubles at the edges are right', () => {
  const cases = [
    '0',
    '-0',
    '-0.0',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '0.30000000000000004',
    '5e-324',
    '2e-324',
    '1.7976931348623157e308',
  ];
  for (const text of cases) assert.ok(Object.is(double(text), Number(text)), text);
  assert.equal(double('1e309'), Infinity);
});
