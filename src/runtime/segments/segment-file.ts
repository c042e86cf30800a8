import { type FileHandle, open } from 'node:fs/promises';
import { isIntact, recordHeaderBytes, type SegmentRecord } from './record.ts';

/** What is read beside what is asked for, since more is asked for right behind it. */
const windowBytes = 16 * 1024;

/** What was written is not what is there. */
export class DamagedRecord extends Error {
  override readonly name = 'DamagedRecord';
}

/** A file that is read from its beginning to its end, in small pieces. */
export class SegmentFile {
  readonly size: number;
  private readonly file: FileHandle;
  private window: Buffer = Buffer.alloc(0);
  private windowAt = 0;

  constructor(file: FileHandle, size: number) {
    this.file = file;
    this.size = size;
  }

  /** @returns fewer bytes where the file ends before; not to be kept */
  async read(at: number, length: number): Promise<Buffer> {
    const end = at + length;
    if (at < this.windowAt || end > this.windowAt + this.window.length) {
      this.window = await readAt(this.file, at, Math.min(Math.max(length, windowBytes), this.size - at));
      this.windowAt = at;
    }
    return this.window.subarray(at - this.windowAt, end - this.windowAt);
  }

  /** @param at where the payload stands */
  async holds({ at, length }: Pick<SegmentRecord, 'at' | 'length'>): Promise<boolean> {
    const wanted = recordHeaderBytes + length;
    const record = await readAt(this.file, at - recordHeaderBytes, wanted);
    return record.length === wanted && isIntact(record);
  }
}

/** @throws DamagedRecord, or what the system says of a file that cannot be read */
export async function readPayload(
  path: string,
  { at, length }: Pick<SegmentRecord, 'at' | 'length'>,
): Promise<Buffer> {
  const file = await open(path);
  try {
    const record = await readAt(file, at - recordHeaderBytes, recordHeaderBytes + length);
    if (record.length < recordHeaderBytes + length || !isIntact(record))
      throw new DamagedRecord('what is in the file is not what was written to it');
    return record.subarray(recordHeaderBytes);
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.max(0, length));
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
