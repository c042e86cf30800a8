import { ascii, hexDigits } from './ascii.ts';
import { JsonFault } from './json-fault.ts';
import { copyPlain } from './plain-run.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

const replacement = 0xfffd;

/**
 * Writes the content of the JSON string that begins behind its quote at `start` as UTF-8, unescaped. What is not
 * Unicode becomes U+FFFD, as in a TextDecoder: half of a surrogate pair and bytes that are not UTF-8. One such byte
 * in one attribute must not cost the sender a whole batch.
 *
 * @param view of the same bytes
 * @returns where the closing quote is
 * @throws JsonFault where it is not a JSON string (RFC 8259, section 7)
 */
export function copyString(
  bytes: Uint8Array,
  start: number,
  writer: ProtobufWriter,
  view: DataView = viewOf(bytes),
): number {
  let from = start;
  for (;;) {
    from = copyPlainRun(view, from, writer);
    const byte = bytes[from];
    if (byte === ascii.quote) return from;
    if (byte === ascii.backslash) from = copyEscape(bytes, from, writer);
    else if (byte !== undefined && byte >= 0x80) from = copySequence(bytes, from, writer);
    else refuse(bytes, from);
  }
}

/**
 * Steps over the content of the JSON string that begins behind its quote at `start`.
 *
 * @returns where the closing quote is
 * @throws JsonFault where it is not a JSON string
 */
export function skipString(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte === ascii.quote) return at;
    if (byte === ascii.backslash) {
      codeUnit(bytes, at);
      at += 2;
    } else if (byte === undefined || byte < ascii.space) {
      refuse(bytes, at);
    } else {
      at++;
    }
  }
}

/** As much as the output has room for, and then again. */
function copyPlainRun(view: DataView, start: number, writer: ProtobufWriter): number {
  let from = start;
  for (;;) {
    writer.reserve(1);
    const most = Math.min(view.byteLength - from, writer.bytes.length - writer.at);
    const count = copyPlain(view, from, writer.view, writer.at, most);
    writer.at += count;
    from += count;
    if (count < most || from === view.byteLength) return from;
  }
}

function copyEscape(bytes: Uint8Array, at: number, writer: ProtobufWriter): number {
  const unit = codeUnit(bytes, at);
  if (bytes[at + 1] !== ascii.lowerU) {
    writer.codePoint(unit);
    return at + 2;
  }
  const next = at + 6;
  if (unit < 0xd800 || unit > 0xdfff) {
    writer.codePoint(unit);
    return next;
  }
  if (unit < 0xdc00 && bytes[next] === ascii.backslash && bytes[next + 1] === ascii.lowerU) {
    const low = codeUnit(bytes, next);
    if (low >= 0xdc00 && low <= 0xdfff) {
      writer.codePoint(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
      return next + 6;
    }
  }
  writer.codePoint(replacement);
  return next;
}

/** What the escape sequence stands for whose backslash is at `at`: a code unit of UTF-16. */
function codeUnit(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1];
  if (letter !== ascii.lowerU) {
    const character = letter === undefined ? 0 : shortEscapes[letter]!;
    if (character === 0) throw new JsonFault('a string has an escape sequence that JSON does not know', at);
    return character;
  }
  let unit = 0;
  for (let i = at + 2; i < at + 6; i++) {
    const digit = hexDigits[bytes[i] ?? 0]!;
    if (digit > 0xf) throw new JsonFault('a \\u escape sequence is not four hexadecimal digits', at);
    unit = unit * 16 + digit;
  }
  return unit;
}

const shortEscapes = new Uint8Array(256);
for (const [letter, character] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  shortEscapes[letter!.charCodeAt(0)] = character!.charCodeAt(0);
}

/** Copies one character of two to four bytes, or writes U+FFFD for the longest beginning of one. */
function copySequence(bytes: Uint8Array, at: number, writer: ProtobufWriter): number {
  const length = sequenceLength(bytes, at);
  if (length < 0) {
    writer.codePoint(replacement);
    return at - length;
  }
  writer.reserve(length);
  for (let i = 0; i < length; i++) writer.bytes[writer.at++] = bytes[at + i]!;
  return at + length;
}

/**
 * The length of the UTF-8 sequence at `at`, or, negative, of the part of it that a decoder replaces as one
 * (The Unicode Standard, table 3-7 and section 3.9, "U+FFFD Substitution of Maximal Subparts").
 */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const second = bytes[at + 1] ?? 0;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  if (lead < 0xe0) return isContinuation(second) ? 2 : -1;
  // Forbids overlong forms, surrogates and what is beyond U+10FFFF.
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return -1;
  if (!isContinuation(bytes[at + 2])) return -2;
  if (lead < 0xf0) return 3;
  return isContinuation(bytes[at + 3]) ? 4 : -3;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function refuse(bytes: Uint8Array, at: number): never {
  if (at >= bytes.length) throw new JsonFault('the text ends inside a string', bytes.length);
  throw new JsonFault('a string has a control character that is not escaped', at);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
