/** The bytes that mean something in JSON, and in the text forms of ids, bytes and numbers. */
export const ascii = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  equals: 0x3d,
  upperE: 0x45,
  leftBracket: 0x5b,
  backslash: 0x5c,
  rightBracket: 0x5d,
  lowerE: 0x65,
  lowerF: 0x66,
  lowerN: 0x6e,
  lowerT: 0x74,
  lowerU: 0x75,
  leftBrace: 0x7b,
  rightBrace: 0x7d,
} as const;

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ascii.zero && byte <= ascii.nine;
}

/** The value of each hexadecimal digit, 0xff for every other byte. */
export const hexDigits = digitTable('0123456789abcdef', '0123456789ABCDEF');

/** A table from each byte of the alphabets to its place in them, 0xff for every other byte. */
export function digitTable(...alphabets: string[]): Uint8Array {
  const table = new Uint8Array(256).fill(0xff);
  for (const alphabet of alphabets) {
    for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i;
  }
  return table;
}

export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
