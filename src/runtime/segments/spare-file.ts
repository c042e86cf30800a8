import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A file of a log that is done with, to be written again: its pages are in memory and its blocks on disk, so that writing to it costs a
 * fraction. It stays open, and changes its name only. There is one at most.
 */
export class SpareFile {
  private readonly path: string;
  private file: FileHandle | undefined;
  /** Its name is being changed: two at once could come to each other's. */
  private isMoving = false;

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
    if (file === undefined || this.isMoving) return undefined;
    this.file = undefined;
    this.isMoving = true;
    try {
      await file.writev(beginning, 0);
      await rename(this.path, path);
      return file;
    } catch {
      // Somebody deleted it.
      await file.close().catch(() => undefined);
      return undefined;
    } finally {
      this.isMoving = false;
    }
  }

  /** Makes a file the spare one. @returns false if there is one already, or it is not where it was */
  async put(path: string, file: FileHandle): Promise<boolean> {
    if (this.file !== undefined || this.isMoving) return false;
    this.isMoving = true;
    try {
      await rename(path, this.path);
      this.file = file;
      return true;
    } catch {
      return false;
    } finally {
      this.isMoving = false;
    }
  }

  async stop(): Promise<void> {
    await this.file?.close().catch(() => undefined);
    this.file = undefined;
    await unlink(this.path).catch(() => undefined);
  }
}
