import { column } from './span-table.ts';
import { bytesEqual, encodeText } from './text.ts';
import { skipUnknown, validateAttribute } from './validate.ts';
import type { WireReader } from './wire.ts';

/*
 * The messages within and around a span (trace.proto, resource.proto, common.proto), walked from where the reader is to their
 * end, and refused if they are broken.
 */

const exception = encodeText('exception');

/** @returns whether it is an exception event */
export function scanEvent(reader: WireReader, length: number): boolean {
  const end = reader.at + length;
  let isException = false;
  while (reader.at < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x09: // time_unix_nano
        reader.fixed(8, end);
        break;
      case 0x12: {
        // name
        const nameLength = reader.length(end);
        isException = nameLength === exception.length && bytesEqual(reader.bytes, reader.at, exception);
        reader.at += nameLength;
        break;
      }
      case 0x1a: // attributes
        validateAttribute(reader, end);
        break;
      default:
        if (tag === 0x20) reader.varint32(end);
        else skipUnknown(reader, tag, end, 4);
    }
  }
  return isException;
}

export function scanLink(reader: WireReader, length: number): void {
  const end = reader.at + length;
  while (reader.at < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x0a: // trace_id
      case 0x12: // span_id
      case 0x1a: // trace_state
        reader.skipLength(end);
        break;
      case 0x22: // attributes
        validateAttribute(reader, end);
        break;
      case 0x28: // dropped_attributes_count
        reader.varint32(end);
        break;
      case 0x35: // flags
        reader.fixed(4, end);
        break;
      default:
        skipUnknown(reader, tag, end, 6);
    }
  }
}

export function scanStatus(reader: WireReader, cells: Int32Array, row: number, length: number): void {
  const end = reader.at + length;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === 0x12) scanText(reader, cells, row + column.statusMessage, end);
    else if (tag === 0x18) cells[row + column.statusCode] = reader.varint32(end);
    else skipUnknown(reader, tag, end, 3);
  }
}

export function scanResource(reader: WireReader, length: number): void {
  scanAttributeHolder(reader, length, 0x0a, 2);
}

export function scanScope(reader: WireReader, length: number): void {
  scanAttributeHolder(reader, length, 0x1a, 4);
}

/** Resource and InstrumentationScope: strings, counters and, under one tag, attributes. */
function scanAttributeHolder(
  reader: WireReader,
  length: number,
  attributesTag: number,
  highestCounter: number,
): void {
  const end = reader.at + length;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === attributesTag) {
      validateAttribute(reader, end);
    } else if ((tag & 7) === 2 || tag === highestCounter << 3) {
      reader.skip(tag, end);
    } else {
      skipUnknown(reader, tag, end, highestCounter);
    }
  }
}

/** Notes where a text is; its length goes into the next column. */
export function scanText(reader: WireReader, cells: Int32Array, cell: number, end: number): void {
  const length = reader.length(end);
  cells[cell] = reader.at;
  cells[cell + 1] = length;
  reader.at += length;
}
