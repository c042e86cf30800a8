import { ascii } from './ascii.ts';
import type { JsonReader } from './json-reader.ts';
import { copyPlain } from './plain-run.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** Four bytes of ASCII as a DataView reads them. */
function word(text: string): number {
  return Buffer.from(text, 'latin1').readInt32BE();
}

const opening = [word('{"ke'), word('y":"')] as const;
const between = [word('","v'), word('alue'), word('":{"')] as const;
const stringValue = [word('stri'), word('ngVa'), word('lue"')] as const;
const intValue = [word('intV'), word('alue')] as const;
const colonQuote = 0x3a22;
const quoteColon = 0x223a;
const quoteBrace = 0x227d;

const openingLength = 8;
const betweenLength = 12;
const stringValueLength = 14;
const intValueLength = 10;
/** What is around key and value at the least: more than all words that are compared without a look at where the bytes end. */
const leastLength = 40;

/** So that every length takes one byte. */
const longestKey = 60;
const longestText = 60;
/** Digits that 28 bits surely hold: four bytes of a varint. */
const mostDigits = 8;
/** Of tags and lengths around a key. */
const headLength = 4;

/**
 * Writes an attribute as nearly all are:
 *
 *   {"key":"http.route","value":{"stringValue":"/cart/:id"}}      {"key":"server.port","value":{"intValue":8080}}
 *
 *   ├ tag ┼ length ┼ 0x0a ┼ length ┼ key … ┼ 0x12 ┼ length ┼ 0x0a ┼ length ┼ text … ┤
 *                                                          ┼ 0x18 ┼ varint ┤
 *
 * Nothing in it is looked up, and no length is known too late.
 * @param tag of the field that the attribute is in, of one byte
 * @returns false if it is another one: then nothing was read or written
 */
export function writePlainAttribute(reader: JsonReader, writer: ProtobufWriter, tag: number): boolean {
  const { view, at } = reader;
  if (view.byteLength - at < leastLength + longestKey + longestText) return false;
  if (view.getInt32(at) !== opening[0] || view.getInt32(at + 4) !== opening[1]) return false;
  writer.reserve(longestKey + longestText + 2 * headLength + 4);
  const start = writer.at;
  const keyAt = at + openingLength;
  const keyLength = copyPlain(view, keyAt, writer.view, start + headLength, longestKey);
  const next = keyAt + keyLength;
  const isPlain =
    view.getInt32(next) === between[0] &&
    view.getInt32(next + 4) === between[1] &&
    view.getInt32(next + 8) === between[2];
  if (!isPlain) return false;
  const valueAt = next + betweenLength;
  const valueStart = start + headLength + keyLength;
  const length =
    view.getInt32(valueAt) === stringValue[0]
      ? writeText(reader, writer, valueAt, valueStart)
      : writeWhole(reader, writer, valueAt, valueStart);
  if (length === -1) return false;
  const { bytes } = writer;
  bytes[start] = tag;
  bytes[start + 1] = 2 + keyLength + 2 + length;
  bytes[start + 2] = 0x0a;
  bytes[start + 3] = keyLength;
  bytes[valueStart] = 0x12;
  bytes[valueStart + 1] = length;
  writer.at = valueStart + 2 + length;
  return true;
}

/** @returns how long the AnyValue is; -1 if it is none of these */
function writeText(reader: JsonReader, writer: ProtobufWriter, at: number, start: number): number {
  const { view } = reader;
  if (view.getInt32(at + 4) !== stringValue[1] || view.getInt32(at + 8) !== stringValue[2]) return -1;
  if (view.getUint16(at + 12) !== colonQuote) return -1;
  const textAt = at + stringValueLength;
  const most = Math.min(longestText, view.byteLength - textAt - 3);
  const length = copyPlain(view, textAt, writer.view, start + 4, most);
  const end = textAt + length;
  if (end + 3 > view.byteLength || view.getUint16(end) !== quoteBrace) return -1;
  if (view.getUint8(end + 2) !== ascii.rightBrace) return -1;
  writer.bytes[start + 2] = 0x0a;
  writer.bytes[start + 3] = length;
  reader.at = end + 3;
  return length + 2;
}

/** The same of a whole number that is not negative, not large and not in quotes. */
function writeWhole(reader: JsonReader, writer: ProtobufWriter, at: number, start: number): number {
  const { view, bytes } = reader;
  if (view.getInt32(at) !== intValue[0] || view.getInt32(at + 4) !== intValue[1]) return -1;
  if (view.getUint16(at + 8) !== quoteColon) return -1;
  const digitsAt = at + intValueLength;
  let value = 0;
  let end = digitsAt;
  for (; end < digitsAt + mostDigits; end++) {
    const digit = bytes[end]! - ascii.zero;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const hasZero = bytes[digitsAt] === ascii.zero && end > digitsAt + 1;
  if (end === digitsAt || hasZero || bytes[end] !== ascii.rightBrace || bytes[end + 1] !== ascii.rightBrace)
    return -1;
  const output = writer.bytes;
  let to = start + 3;
  output[start + 2] = 0x18;
  for (; value > 0x7f; value >>>= 7) output[to++] = (value & 0x7f) | 0x80;
  output[to++] = value;
  reader.at = end + 2;
  return to - start - 2;
}
