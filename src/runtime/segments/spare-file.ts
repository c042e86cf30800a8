import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A file of a log that is done with, to be written again: its pages are in memory and its blocks on disk, so that writing to it costs a
 * fraction. It stays open, and changes its name only. There is one at most.
 */
export class SpareFile {
  private readonly path: string;
  private file: FileHandle | undefined;
  /** Its name is being changed. */
  private moving: Promise<unknown> | undefined;

  constructor(directory: string) {
    this.path = join(directory, 'spare');
  }

  /** Takes the one that the last process left, if there is one. */
  async start(): Promise<void> {
    this.file = await open(this.path, 'r+').catch(() => undefined);
  }

  /**
   * Makes it the file at a path, where there is none.
   * @param beginning what it begins with then, and before it is there
   * @returns undefined if there is no spare file
   */
  async takeTo(path: string, beginning: readonly Uint8Array[]): Promise<FileHandle | undefined> {
    const { file } = this;
    if (file === undefined || this.moving !== undefined) return undefined;
    this.file = undefined;
    return this.move(async () => {
      try {
        await file.writev(beginning, 0);
        await rename(this.path, path);
        return file;
      } catch {
        // Somebody deleted it.
        await file.close().catch(() => undefined);
        return undefined;
      }
    });
  }

  /** Makes a file the spare one. @returns false if there is one already, or it is not where it was */
  async put(path: string, file: FileHandle): Promise<boolean> {
    if (this.file !== undefined || this.moving !== undefined) return false;
    return this.move(async () => {
      try {
        await rename(path, this.path);
        this.file = file;
        return true;
      } catch {
        return false;
      }
    });
  }

  /** One at a time: two could come to each other's file. */
  private async move<T>(how: () => Promise<T>): Promise<T> {
    const moving = how();
    this.moving = moving;
    try {
      return await moving;
    } finally {
      this.moving = undefined;
    }
  }

  async stop(): Promise<void> {
    await this.moving;
    await this.file?.close().catch(() => undefined);
    this.file = undefined;
    await unlink(this.path).catch(() => undefined);
  }
}
