import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import { fileHeader } from './record.ts';

/** One file of the journal: bodies and marks are added at its end, until it is full; when nothing in it is open it is deleted. */
export class Segment {
  readonly path: string;
  size: number;
  /** Bodies in it that are not done. */
  openBodies = 0;
  private file: FileHandle | undefined;

  constructor(path: string, size: number, file?: FileHandle) {
    this.path = path;
    this.size = size;
    this.file = file;
  }

  /** A new one, to be written. */
  static async create(path: string): Promise<Segment> {
    const file = await open(path, 'wx', 0o600);
    await file.write(fileHeader);
    return new Segment(path, fileHeader.length, file);
  }

  async append(buffers: readonly Uint8Array[]): Promise<void> {
    if (this.file === undefined) throw new Error('the segment is not open');
    const wanted = buffers.reduce((sum, { length }) => sum + length, 0);
    const { bytesWritten } = await this.file.writev([...buffers]);
    this.size += bytesWritten;
    // A full disk may take a part; what is behind a torn record would never be read.
    if (bytesWritten < wanted) throw new Error('the disk took a part of it only');
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

  async delete(): Promise<void> {
    await this.close();
    await unlink(this.path).catch(() => undefined);
  }
}
