import { type Field, fieldKind } from '../schema/schema.ts';
import type { WireReader } from '../wire.ts';

/** A value that is no message and no string, as ProtoJSON writes it; the reader is then behind it. */
export function scalarText(reader: WireReader, field: Field, end: number): string {
  switch (field.kind) {
    case fieldKind.bool:
      return String(reader.varint32(end) !== 0);
    case fieldKind.enum:
    case fieldKind.int32:
      return String(reader.varint32(end) | 0);
    case fieldKind.uint32:
      return String(reader.varint32(end));
    case fieldKind.sint32: {
      const value = reader.varint32(end);
      return String((value >>> 1) ^ -(value & 1));
    }
    case fieldKind.int64:
      return `"${BigInt.asIntN(64, varint64(reader, end))}"`;
    case fieldKind.uint64:
      return `"${BigInt.asUintN(64, varint64(reader, end))}"`;
    case fieldKind.fixed32:
      return String(view(reader, 4, end).getUint32(0, true));
    case fieldKind.fixed64:
      return `"${view(reader, 8, end).getBigUint64(0, true)}"`;
    case fieldKind.sfixed64:
      return `"${view(reader, 8, end).getBigInt64(0, true)}"`;
    case fieldKind.double:
      return doubleText(view(reader, 8, end).getFloat64(0, true));
    case fieldKind.bytes:
    case fieldKind.hex:
      return `"${bytesText(reader, end, field.kind === fieldKind.hex ? 'hex' : 'base64')}"`;
    default:
      throw new Error(`a field of kind ${field.kind} is no scalar`);
  }
}

function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0.0' : String(value);
}

function bytesText(reader: WireReader, end: number, encoding: 'hex' | 'base64'): string {
  const length = reader.length(end);
  const at = reader.at;
  reader.at += length;
  return Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + at, length).toString(encoding);
}

function view(reader: WireReader, size: number, end: number): DataView {
  const at = reader.fixed(size, end);
  return new DataView(reader.bytes.buffer, reader.bytes.byteOffset + at, size);
}

function varint64(reader: WireReader, end: number): bigint {
  const start = reader.at;
  reader.varint32(end);
  let value = 0n;
  for (let at = reader.at - 1; at >= start; at--) value = (value << 7n) | BigInt(reader.bytes[at]! & 0x7f);
  return value;
}
