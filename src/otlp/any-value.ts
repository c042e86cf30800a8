import { decodeText, longestText } from './text.ts';
import type { WireReader } from './wire.ts';

export type Scalar = string | number | boolean;
/** Empty values are undefined. */
export type Decoded = Scalar | undefined | Decoded[] | { [key: string]: Decoded };

/** Deeper than this, a nested value is shown as `…`. */
const deepestShown = 8;

/** What is left for a value with others in it: a sender can make it of millions. What does not fit is shown as `…`. */
interface Room {
  entries: number;
  bytes: number;
}

const mostEntries = 256;

/**
 * AnyValue of common.proto that ends at `end`; of several fields of the oneof the last one counts. Bytes are base64. Texts and
 * bytes are cut after `longest` bytes, and what is nested after as many in all.
 */
export function decodeAnyValue(reader: WireReader, end: number, longest = longestText): Decoded {
  return decodeValue(reader, end, 0, longest);
}

/** @param room in the nested value that it is in, or else how long a text may be */
function decodeValue(reader: WireReader, end: number, depth: number, room: Room | number): Decoded {
  let value: Decoded;
  while (reader.at < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x0a: {
        const length = reader.length(end);
        value = decodeText(reader.bytes, reader.at, takeBytes(room, length));
        reader.at += length;
        break;
      }
      case 0x10:
        value = decodeBool(reader, end);
        break;
      case 0x18:
        value = decodeInt64(reader, end);
        break;
      case 0x21:
        value = decodeDouble(reader, end);
        break;
      case 0x3a: {
        const length = reader.length(end);
        const { buffer, byteOffset } = reader.bytes;
        value = Buffer.from(buffer, byteOffset + reader.at, takeBytes(room, length)).toString('base64');
        reader.at += length;
        break;
      }
      case 0x2a:
      case 0x32: {
        const length = reader.length(end);
        const next = reader.at + length;
        const inside = typeof room === 'number' ? { entries: mostEntries, bytes: room } : room;
        const decode = tag === 0x2a ? decodeArray : decodeMap;
        value = depth >= deepestShown ? '…' : decode(reader, next, depth + 1, inside);
        reader.at = next;
        break;
      }
      default:
        reader.skip(tag, end);
    }
  }
  return value;
}

function takeBytes(room: Room | number, length: number): number {
  if (typeof room === 'number') return Math.min(length, room);
  const taken = Math.min(length, room.bytes);
  room.bytes -= taken;
  return taken;
}

function decodeArray(reader: WireReader, end: number, depth: number, room: Room): Decoded[] {
  const items: Decoded[] = [];
  while (reader.at < end) {
    if (room.entries-- <= 0) return [...items, '…'];
    const tag = reader.tag(end);
    if (tag !== 0x0a) {
      reader.skip(tag, end);
      continue;
    }
    const length = reader.length(end);
    items.push(decodeValue(reader, reader.at + length, depth, room));
  }
  return items;
}

function decodeMap(reader: WireReader, end: number, depth: number, room: Room): { [key: string]: Decoded } {
  const entries: [string, Decoded][] = [];
  while (reader.at < end) {
    if (room.entries-- <= 0) {
      entries.push(['…', '…']);
      break;
    }
    const tag = reader.tag(end);
    const length = tag === 0x0a ? reader.length(end) : 0;
    if (tag !== 0x0a) {
      reader.skip(tag, end);
      continue;
    }
    entries.push(decodeEntry(reader, reader.at + length, depth, room));
  }
  return Object.fromEntries(entries);
}

function decodeEntry(reader: WireReader, end: number, depth: number, room: Room): [string, Decoded] {
  let key = '';
  let value: Decoded;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a || tag === 0x12) {
      const length = reader.length(end);
      const next = reader.at + length;
      if (tag === 0x0a) key = decodeText(reader.bytes, reader.at, takeBytes(room, length));
      else value = decodeValue(reader, next, depth, room);
      reader.at = next;
    } else {
      reader.skip(tag, end);
    }
  }
  return [key, value];
}

/** Whether any of its 64 bits is set: a number may be longer than it needs to be. */
function decodeBool(reader: WireReader, end: number): boolean {
  const start = reader.at;
  reader.varint32(end);
  for (let i = start; i < reader.at; i++) if ((reader.bytes[i]! & 0x7f) !== 0) return true;
  return false;
}

/** A number where it is exact, else its decimal digits: ids of 64 bits must not be rounded. */
function decodeInt64(reader: WireReader, end: number): number | string {
  const start = reader.at;
  reader.varint32(end);
  if (reader.at - start <= 4) {
    let value = 0;
    for (let i = reader.at - 1; i >= start; i--) value = value * 128 + (reader.bytes[i]! & 0x7f);
    return value;
  }
  let value = 0n;
  for (let i = reader.at - 1; i >= start; i--) value = (value << 7n) | BigInt(reader.bytes[i]! & 0x7f);
  const signed = BigInt.asIntN(64, value);
  const rounded = Number(signed);
  return Number.isSafeInteger(rounded) ? rounded : signed.toString();
}

const doubleBytes = new DataView(new ArrayBuffer(8));

/** NaN and the infinities come as text: JSON has no numbers for them. */
function decodeDouble(reader: WireReader, end: number): number | string {
  const at = reader.fixed(8, end);
  for (let i = 0; i < 8; i++) doubleBytes.setUint8(i, reader.bytes[at + i]!);
  const value = doubleBytes.getFloat64(0, true);
  return Number.isFinite(value) ? value : String(value);
}
