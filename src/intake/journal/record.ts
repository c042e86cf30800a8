import { crc32 } from 'node:zlib';
import { type Signal, signals } from '../../otlp/signal.ts';

/**
 * The journal's file format. A file begins with `fileHeader`; then record follows record, little-endian, up to one of the kind
 * `end`, which the next write overwrites:
 *
 *   0       4       8     9       10              16            20
 *   ├ length ┼ crc32 ┼ kind ┼ signal ┼ id, 6 bytes ┼ file number ┼ payload, `length` bytes …
 *
 * The checksum is of the payload followed by bytes 8 to 20. A file that is done with is used again, so what stands behind the end
 * is of another number. What a crash cut off, and everything behind it, is not read.
 */
export const fileHeader = Buffer.from('TocsinJournal 1\n');
export const recordHeaderBytes = 20;

export const recordKind = { end: 0, body: 1, done: 2 } as const;
type RecordKind = (typeof recordKind)[keyof typeof recordKind];

/** Which record it is, apart from where it stands. */
export interface RecordName {
  kind: RecordKind;
  signal: Signal;
  /** Rises by one from body to body, over all files; of a `done`, that of the body. */
  id: number;
}

export interface JournalRecord extends RecordName {
  /** Where the payload stands in the file. */
  at: number;
  length: number;
}

export interface Payload {
  length: number;
  /** crc32 of it, which its writer may know already. */
  crc: number;
}

export const noPayload: Payload = { length: 0, crc: 0 };

export function encodeHeader({ kind, signal, id }: RecordName, file: number, payload: Payload): Buffer {
  const header = Buffer.allocUnsafe(recordHeaderBytes);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt8(kind, 8);
  header.writeUInt8(signals.indexOf(signal), 9);
  header.writeUIntLE(id, 10, 6);
  header.writeUInt32LE(file % 2 ** 32, 16);
  header.writeUInt32LE(crc32(header.subarray(8), payload.crc), 4);
  return header;
}

export function encodeEnd(file: number): Buffer {
  return encodeHeader({ kind: recordKind.end, signal: signals[0], id: 0 }, file, noPayload);
}

/** @returns undefined if it is no header of a record of this file that ends within `available` bytes after it */
export function decodeHeader(
  header: Buffer,
  file: number,
  at: number,
  available: number,
): (JournalRecord & { crc: number }) | undefined {
  const length = header.readUInt32LE(0);
  const kind = header.readUInt8(8);
  const signal = signals[header.readUInt8(9)];
  if (length > available || signal === undefined || !isKind(kind)) return undefined;
  if (header.readUInt32LE(16) !== file % 2 ** 32) return undefined;
  return { kind, signal, id: header.readUIntLE(10, 6), at, length, crc: header.readUInt32LE(4) };
}

function isKind(kind: number): kind is RecordKind {
  return kind === recordKind.end || kind === recordKind.body || kind === recordKind.done;
}

export function isWhole(header: Buffer, payload: Uint8Array, crc: number): boolean {
  return crc32(header.subarray(8, recordHeaderBytes), crc32(payload)) === crc;
}
