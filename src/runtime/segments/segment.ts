import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises';
import { encodeEnd, type SegmentFormat } from './record.ts';

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

  /**
   * A new one, to be written. In the place of a spare one if there is one: its pages are in memory and its blocks on disk, so
   * that writing to it costs a fraction.
   */
  static async create<E>(
    path: string,
    number: number,
    { header }: SegmentFormat,
    spare: string,
  ): Promise<Segment<E>> {
    const file = await open(spare, 'r+').catch(() => open(spare, 'w', 0o600));
    try {
      await file.writev([header, encodeEnd(number)], 0);
      await rename(spare, path);
    } catch (error) {
      await file.close();
      throw error;
    }
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

  /** Makes it the spare one. */
  async retire(spare: string): Promise<void> {
    await this.close();
    await rename(this.path, spare).catch(() => undefined);
  }

  async delete(): Promise<void> {
    await this.close();
    await unlink(this.path).catch(() => undefined);
  }
}
