import { type FileHandle, open } from 'node:fs/promises';
import {
  decodeHeader,
  fileHeader,
  isWhole,
  type JournalRecord,
  recordHeaderBytes,
  recordKind,
} from './record.ts';

export interface SegmentContents {
  records: JournalRecord[];
  /** Where what can be read ends. */
  size: number;
  /** It does not end where its writer ended it: a crash cut something off, or it is damaged. */
  isCut: boolean;
}

/** Reads where everything is in a file of the journal, holding one body at a time. @param number of the file */
export async function readSegment(file: FileHandle, number: number): Promise<SegmentContents> {
  const { size } = await file.stat();
  const records: JournalRecord[] = [];
  const start = await readAt(file, 0, fileHeader.length);
  let at = start.equals(fileHeader) ? fileHeader.length : size;
  while (size - at >= recordHeaderBytes) {
    const header = await readAt(file, at, recordHeaderBytes);
    const payloadAt = at + recordHeaderBytes;
    const found = decodeHeader(header, number, payloadAt, size - payloadAt);
    if (found === undefined) break;
    const { crc, ...record } = found;
    const payload = await readAt(file, payloadAt, record.length);
    if (payload.length < record.length || !isWhole(header, payload, crc)) break;
    if (record.kind === recordKind.end) return { records, size: at, isCut: false };
    records.push(record);
    at = payloadAt + record.length;
  }
  return { records, size: at, isCut: true };
}

/** @throws what the system says of a file that cannot be read */
export async function readPayload(path: string, { at, length }: JournalRecord): Promise<Buffer> {
  const file = await open(path);
  try {
    return await readAt(file, at, length);
  } finally {
    await file.close();
  }
}

/** @returns fewer bytes where the file ends before */
async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
