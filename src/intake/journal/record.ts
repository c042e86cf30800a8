import { crc32 } from 'node:zlib';
import { type Signal, signals } from '../../otlp/signal.ts';

/**
 * The journal's file format. A file begins with `fileHeader`; then record follows record, little-endian:
 *
 *   0       4       8     9       10              16
 *   ├ length ┼ crc32 ┼ kind ┼ signal ┼ id, 6 bytes ┼ payload, `length` bytes …
 *
 * The checksum is of the payload followed by bytes 8 to 16. What a crash cut off, and everything behind it, is not read.
 */
export const fileHeader = Buffer.from('TocsinJournal 1\n');
export const recordHeaderBytes = 16;

export const recordKind = { body: 1, done: 2 } as const;

export interface JournalRecord {
  kind: (typeof recordKind)[keyof typeof recordKind];
  signal: Signal;
  /** Rises by one from body to body, over all files; of a `done`, that of the body. */
  id: number;
  /** Where the payload stands in the file. */
  at: number;
  length: number;
}

/** @param payloadCrc crc32 of the payload, which its writer may know already */
export function encodeHeader(
  kind: JournalRecord['kind'],
  signal: Signal,
  id: number,
  payloadBytes: number,
  payloadCrc: number,
): Buffer {
  const header = Buffer.allocUnsafe(recordHeaderBytes);
  header.writeUInt32LE(payloadBytes, 0);
  header.writeUInt8(kind, 8);
  header.writeUInt8(signals.indexOf(signal), 9);
  header.writeUIntLE(id, 10, 6);
  header.writeUInt32LE(crc32(header.subarray(8), payloadCrc), 4);
  return header;
}

/** @returns undefined if it is not a header of a record that ends within `available` bytes after it */
export function decodeHeader(
  header: Buffer,
  at: number,
  available: number,
): (JournalRecord & { crc: number }) | undefined {
  const length = header.readUInt32LE(0);
  const kind = header.readUInt8(8);
  const signal = signals[header.readUInt8(9)];
  if (length > available || signal === undefined) return undefined;
  if (kind !== recordKind.body && kind !== recordKind.done) return undefined;
  return { kind, signal, id: header.readUIntLE(10, 6), at, length, crc: header.readUInt32LE(4) };
}

export function isWhole(header: Buffer, payload: Uint8Array, crc: number): boolean {
  return crc32(header.subarray(8, recordHeaderBytes), crc32(payload)) === crc;
}
