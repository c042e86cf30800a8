import { type FileHandle, open } from 'node:fs/promises';
import { decodeHeader, fileHeader, isWhole, type JournalRecord, recordHeaderBytes } from './record.ts';

export interface SegmentContents {
  records: JournalRecord[];
  /** Bytes at the end that are no whole record: what a crash cut off, or damage. */
  unreadableBytes: number;
}

/** Reads where everything is in a file of the journal, holding one body at a time. */
export async function readSegment(file: FileHandle): Promise<SegmentContents> {
  const { size } = await file.stat();
  const records: JournalRecord[] = [];
  const start = await readAt(file, 0, fileHeader.length);
  if (!start.equals(fileHeader)) return { records, unreadableBytes: size };
  let at = fileHeader.length;
  while (size - at >= recordHeaderBytes) {
    const header = await readAt(file, at, recordHeaderBytes);
    const payloadAt = at + recordHeaderBytes;
    const record = decodeHeader(header, payloadAt, size - payloadAt);
    if (record === undefined) break;
    const payload = await readAt(file, payloadAt, record.length);
    const { crc, ...position } = record;
    if (payload.length < record.length || !isWhole(header, payload, crc)) break;
    records.push(position);
    at = payloadAt + record.length;
  }
  return { records, unreadableBytes: size - at };
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
