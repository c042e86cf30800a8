import { malformed, type WireReader } from './wire.ts';

/** Messages in messages, as many as protobuf's own decoders take by default. */
const deepestNesting = 100;

/**
 * Walks a field that holds a KeyValue (common.proto), from its length on, and refuses it if a decoder would.
 * @param depth how many messages are around it
 * @returns whether it is a plain one, as `endOfPlain` draws it
 */
export function validateAttribute(reader: WireReader, end: number, depth: number): boolean {
  const next = endOfPlain(reader.bytes, reader.at, end);
  if (next !== -1) {
    reader.at = next;
    return true;
  }
  const length = reader.length(end);
  validateKeyValue(reader, reader.at + length, depth);
  return false;
}

/**
 * Most attributes are a key and a text, a number or a yes or no, each of less than 128 bytes, in this order and with nothing else:
 *
 *   ├ length ┼ 0x0a ┼ length ┼ key … ┼ 0x12 ┼ length ┼ 0x0a ┼ length ┼ text … ┤
 *                                                     ┼ 0x18 or 0x10 ┼ varint ┤
 *
 * If all lengths agree, nothing in it can be broken.
 * @returns where it ends; -1 if it is another one, or broken
 */
function endOfPlain(bytes: Uint8Array, at: number, end: number): number {
  const next = at + 1 + bytes[at]!;
  if (bytes[at]! >= 0x80 || next > end || bytes[at + 1] !== 0x0a) return -1;
  const value = at + 3 + bytes[at + 2]!;
  const content = value + 4;
  if (bytes[at + 2]! >= 0x80 || content > next || bytes[value] !== 0x12) return -1;
  if (bytes[value + 1] !== next - value - 2) return -1;
  switch (bytes[value + 2]) {
    case 0x0a: // string_value
      return bytes[value + 3] === next - content ? next : -1;
    case 0x10: // bool_value
    case 0x18: // int_value
      return isVarint(bytes, value + 3, next) ? next : -1;
    default:
      return -1;
  }
}

function isVarint(bytes: Uint8Array, at: number, end: number): boolean {
  let last = at;
  while (last < end && bytes[last]! >= 0x80) last++;
  return last === end - 1 && end - at <= 10;
}

function validateKeyValue(reader: WireReader, end: number, depth: number): void {
  refuseTooDeep(reader, depth);
  while (reader.at < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x0a: // key
        reader.skipLength(end);
        break;
      case 0x12: {
        const length = reader.length(end);
        validateAnyValue(reader, reader.at + length, depth + 1);
        break;
      }
      default:
        skipUnknown(reader, tag, end, 2);
    }
  }
}

/** Walks an AnyValue (common.proto) that ends at `end`. */
function validateAnyValue(reader: WireReader, end: number, depth: number): void {
  refuseTooDeep(reader, depth);
  while (reader.at < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x0a: // string_value
      case 0x3a: // bytes_value
        reader.skipLength(end);
        break;
      case 0x10: // bool_value
      case 0x18: // int_value
        reader.varint32(end);
        break;
      case 0x21: // double_value
        reader.fixed(8, end);
        break;
      case 0x2a: // array_value
      case 0x32: {
        // kvlist_value
        const length = reader.length(end);
        validateValues(reader, reader.at + length, depth + 1, tag === 0x32);
        break;
      }
      default:
        skipUnknown(reader, tag, end, 7);
    }
  }
}

/** ArrayValue and KeyValueList are alike on the wire: a repeated field 1. */
function validateValues(reader: WireReader, end: number, depth: number, keyed: boolean): void {
  refuseTooDeep(reader, depth);
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) {
      const length = reader.length(end);
      if (keyed) validateKeyValue(reader, reader.at + length, depth + 1);
      else validateAnyValue(reader, reader.at + length, depth + 1);
    } else {
      skipUnknown(reader, tag, end, 1);
    }
  }
}

function refuseTooDeep({ at }: WireReader, depth: number): void {
  if (depth > deepestNesting) throw malformed(`values are nested more than ${deepestNesting} deep`, at);
}

/**
 * Steps over a field that the caller does not know, as a newer sender may use it. `highestKnown` is the last
 * field number of the schema: a known field that came here has the wrong wire type, which means damage.
 */
export function skipUnknown(reader: WireReader, tag: number, end: number, highestKnown: number): void {
  if (tag >>> 3 <= highestKnown) {
    throw malformed(`field ${tag >>> 3} has the wrong wire type`, reader.at);
  }
  reader.skip(tag, end);
}
