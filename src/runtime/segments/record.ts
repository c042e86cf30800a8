import { crc32 } from 'node:zlib';

/** What tells the files of one use from those of another. */
export interface SegmentFormat {
  /** What their names end with, without a dot. */
  suffix: string;
  /** What each begins with: its name and the version of what is in it. */
  header: Buffer;
  /** Tags are below this. */
  tags: number;
  /** What payloads begin with, so many bytes, is known at the start also where they are not read. */
  prefixBytes: number;
}

/**
 * After the header of the file record follows record, little-endian, up to one of the kind `end`, which the next write overwrites:
 *
 *   0       4       8     9     10              16            20
 *   ├ length ┼ crc32 ┼ kind ┼ tag ┼ id, 6 bytes ┼ file number ┼ payload, `length` bytes …
 *
 * The checksum is of the payload followed by bytes 8 to 20. A file that is done with may be used again, so what stands behind the
 * end is of another number.
 */
export const recordHeaderBytes = 20;
/** Where the file number stands in it. */
export const fileNumberAt = 16;

export const recordKind = { end: 0, entry: 1, done: 2 } as const;
type RecordKind = (typeof recordKind)[keyof typeof recordKind];

/** Which record it is, apart from where it stands. */
export interface RecordName {
  kind: RecordKind;
  /** What it is about, to whoever wrote it. */
  tag: number;
  /** Rises by one from entry to entry, over all files; of a `done`, that of the entry. */
  id: number;
}

export interface SegmentRecord extends RecordName {
  /** Where the payload stands in the file. */
  at: number;
  length: number;
  /** What it begins with; of an entry that was found. */
  prefix?: Buffer;
}

export interface Payload {
  length: number;
  /** crc32 of it, which its writer may know already. */
  crc: number;
}

export const noPayload: Payload = { length: 0, crc: 0 };

export function encodeHeader({ kind, tag, id }: RecordName, file: number, payload: Payload): Buffer {
  const header = Buffer.allocUnsafe(recordHeaderBytes);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt8(kind, 8);
  header.writeUInt8(tag, 9);
  header.writeUIntLE(id, 10, 6);
  header.writeUInt32LE(file % 2 ** 32, fileNumberAt);
  header.writeUInt32LE(crc32(header.subarray(8), payload.crc), 4);
  return header;
}

export function encodeEnd(file: number): Buffer {
  return encodeHeader({ kind: recordKind.end, tag: 0, id: 0 }, file, noPayload);
}

/**
 * @param at where the record stands
 * @param available bytes that there are behind its header
 * @returns undefined if it cannot be the header of a record of this file
 */
export function decodeHeader(
  header: Buffer,
  file: number,
  at: number,
  available: number,
  { tags }: SegmentFormat,
): SegmentRecord | undefined {
  const length = header.readUInt32LE(0);
  const kind = header.readUInt8(8);
  const tag = header.readUInt8(9);
  if (length > available || tag >= tags || !isKind(kind)) return undefined;
  if (length > 0 && kind !== recordKind.entry) return undefined;
  if (header.readUInt32LE(fileNumberAt) !== file % 2 ** 32) return undefined;
  return { kind, tag, id: header.readUIntLE(10, 6), at: at + recordHeaderBytes, length };
}

function isKind(kind: number): kind is RecordKind {
  return kind === recordKind.end || kind === recordKind.entry || kind === recordKind.done;
}

/** Whether it is what was written, byte for byte. @param record its header and payload */
export function isIntact(record: Buffer): boolean {
  const payload = record.subarray(recordHeaderBytes);
  return crc32(record.subarray(8, recordHeaderBytes), crc32(payload)) === record.readUInt32LE(4);
}
