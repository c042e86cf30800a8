import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import { encodeEnd, type SegmentFormat } from './record.ts';
import type { SpareFile } from './spare-file.ts';

/** One file of a log: records are added at its end, until it is full; when no entry in it is open it is done with. */
export class Segment<E = unknown> {
  readonly path: string;
  readonly number: number;
  /** Where what is in it ends; the file may be longer. */
  size: number;
  /** Entries in it that are not done. */
  readonly open = new Set<E>();
  private file: FileHandle | undefined;

  constructor(path: string, number: number, size: number, file?: FileHandle) {
    this.path = path;
    this.number = number;
    this.size = size;
    this.file = file;
  }

  /** A new one, to be written. @throws what the system says, as where there is a file already */
  static async create<E>(
    path: string,
    number: number,
    { header }: SegmentFormat,
    spare: SpareFile,
  ): Promise<Segment<E>> {
    const beginning = [header, encodeEnd(number)];
    const file = (await spare.takeTo(path, beginning)) ?? (await fresh(path, beginning));
    return new Segment(path, number, header.length, file);
  }

  /** @param records whole ones */
  async append(records: readonly Uint8Array[]): Promise<void> {
    if (this.file === undefined) throw new Error('the segment is not open');
    const end = encodeEnd(this.number);
    const wanted = records.reduce((sum, { length }) => sum + length, 0);
    const { bytesWritten } = await this.file.writev([...records, end], this.size);
    // A full disk may take a part; what is behind a torn record would never be read.
    if (bytesWritten < wanted + end.length) throw new Error('the disk took a part of it only');
    this.size += wanted;
  }

  /** Whether it still is where it was made: somebody may have deleted the directory. */
  async isThere(): Promise<boolean> {
    const [here, there] = await Promise.all([this.file?.stat(), stat(this.path).catch(() => undefined)]);
    return here !== undefined && there !== undefined && here.ino === there.ino && here.dev === there.dev;
  }

  /** Ends writing to it; what is in it stays. */
  async close(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.close().catch(() => undefined);
  }

  /** Makes it the spare one, if there is none. */
  async retire(spare: SpareFile): Promise<void> {
    const { file } = this;
    if (file === undefined || !(await spare.put(this.path, file))) return this.delete();
    this.file = undefined;
  }

  async delete(): Promise<void> {
    await this.close();
    await unlink(this.path).catch(() => undefined);
  }
}

async function fresh(path: string, beginning: readonly Uint8Array[]): Promise<FileHandle> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writev(beginning, 0);
    return file;
  } catch (error) {
    await file.close();
    await unlink(path).catch(() => undefined);
    throw error;
  }
}
