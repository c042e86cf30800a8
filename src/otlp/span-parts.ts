import { breakerChangeEvent } from '../conventions/attributes.ts';
import { column } from './span-table.ts';
import { bytesEqual, encodeText } from './text.ts';
import { skipUnknown, validateAttribute } from './validate.ts';
import { type WireReader, wireType } from './wire.ts';

/*
 * The messages within and around a span (trace.proto, resource.proto, common.proto), walked from where the reader is to their
 * end, and refused if they are broken.
 */

const exception = encodeText('exception');
const breakerChange = encodeText(breakerChangeEvent);

/** How many messages are around an attribute, the request included. */
export const depths = { resource: 3, scope: 4, span: 4, event: 5, link: 5 } as const;

/** What an event of a span tells, by its name. */
export const eventKind = { other: 0, exception: 1, breakerChange: 2 } as const;

/** @returns its `eventKind` */
export function scanEvent(reader: WireReader, length: number): number {
  const end = reader.at + length;
  let kind: number = eventKind.other;
  while (reader.at < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x09: // time_unix_nano
        reader.fixed(8, end);
        break;
      case 0x12: {
        // name
        const nameLength = reader.length(end);
        kind = eventKindOf(reader, nameLength);
        reader.at += nameLength;
        break;
      }
      case 0x1a: // attributes
        validateAttribute(reader, end, depths.event);
        break;
      default:
        if (tag === 0x20) reader.varint32(end);
        else skipUnknown(reader, tag, end, 4);
    }
  }
  return kind;
}

function eventKindOf({ bytes, at }: WireReader, length: number): number {
  if (length === exception.length && bytesEqual(bytes, at, exception)) return eventKind.exception;
  if (length === breakerChange.length && bytesEqual(bytes, at, breakerChange)) return eventKind.breakerChange;
  return eventKind.other;
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
        validateAttribute(reader, end, depths.link);
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
    // Once there was a field 1, which old senders still write.
    else if (tag >>> 3 === 1) reader.skip(tag, end);
    else skipUnknown(reader, tag, end, 3);
  }
}

export function scanResource(reader: WireReader, length: number): void {
  const end = reader.at + length;
  while (reader.at < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x0a: // attributes
        validateAttribute(reader, end, depths.resource);
        break;
      case 0x10: // dropped_attributes_count
        reader.varint32(end);
        break;
      case 0x1a: // entity_refs
        scanEntityRef(reader, reader.length(end));
        break;
      default:
        skipUnknown(reader, tag, end, 3);
    }
  }
}

/** All that it has is text. */
function scanEntityRef(reader: WireReader, length: number): void {
  const end = reader.at + length;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if ((tag & 7) === wireType.len) reader.skipLength(end);
    else skipUnknown(reader, tag, end, 4);
  }
}

export function scanScope(reader: WireReader, length: number): void {
  const end = reader.at + length;
  while (reader.at < end) {
    const tag = reader.tag(end);
    switch (tag) {
      case 0x0a: // name
      case 0x12: // version
        reader.skipLength(end);
        break;
      case 0x1a: // attributes
        validateAttribute(reader, end, depths.scope);
        break;
      case 0x20: // dropped_attributes_count
        reader.varint32(end);
        break;
      default:
        skipUnknown(reader, tag, end, 4);
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
