import { ascii, digitTable, hexDigits } from './ascii.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/**
 * Writes what hexadecimal text in either case stands for.
 * @returns whether it was hexadecimal and even in length
 */
export function writeHex(text: Uint8Array, start: number, end: number, writer: ProtobufWriter): boolean {
  if ((end - start) % 2 !== 0) return false;
  writer.reserve((end - start) / 2);
  const { bytes } = writer;
  let to = writer.at;
  // A byte that is not a digit is 0xff in the table, which shows in the upper half.
  let seen = 0;
  for (let from = start; from < end; from += 2) {
    const high = hexDigits[text[from]!]!;
    const low = hexDigits[text[from + 1]!]!;
    seen |= high | low;
    bytes[to++] = (high << 4) | low;
  }
  writer.at = to;
  return seen <= 0xf;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const base64Digits = digitTable(`${letters}+/`, `${letters}-_`);

/**
 * Writes what base64 text stands for: in the standard or the URL-safe alphabet, with or without padding (ProtoJSON).
 * @returns whether it was base64
 */
export function writeBase64(text: Uint8Array, start: number, end: number, writer: ProtobufWriter): boolean {
  const last = unpaddedEnd(text, start, end);
  const partial = (last - start) % 4;
  if (partial === 1 || (last < end && (end - start) % 4 !== 0)) return false;
  writer.reserve(((last - start) * 3) / 4);
  const { bytes } = writer;
  let to = writer.at;
  let seen = 0;
  let group = 0;
  let bits = 0;
  for (let from = start; from < last; from++) {
    const digit = base64Digits[text[from]!]!;
    seen |= digit;
    group = (group << 6) | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[to++] = group >>> bits;
    }
  }
  writer.at = to;
  return seen <= 0x3f;
}

function unpaddedEnd(text: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && end - last < 2 && text[last - 1] === ascii.equals) last--;
  return last;
}
