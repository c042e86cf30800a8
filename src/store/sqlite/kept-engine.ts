import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { defaultRetention, type Retention } from '../retention.ts';
import type { Store } from '../store.ts';
import { isCorruption, memoryPath, primaryCode, StoreDamaged } from './database.ts';
import { type Engine, openEngine } from './engine.ts';
import { FileIdentity } from './file-identity.ts';
import type { Replacement } from './protocol.ts';
import { setAside } from './set-aside.ts';

/** https://www.sqlite.org/rescode.html#full */
const sqliteFull = 13;

/**
 * An engine that outlives its file: what cannot be read is set aside and a fresh store begun, and what somebody deleted is written
 * again from what is still open. What happened is told.
 */
export class KeptEngine {
  private readonly path: string;
  private readonly retention: Retention;
  private readonly onReplaced: (replacement: Replacement) => void;
  /** Whether what the store has was stored by another process. What this one stored it still knows more of, whatever becomes of the file. */
  private isOthers: boolean;
  private engine: Engine;
  private files: FileIdentity;
  /** Why nothing can be stored: what is written now would be in a file that nobody finds. */
  private strayed: Error | undefined;

  /**
   * @param isStart whether no thread of this process had the store before
   * @throws StoreUnusable
   */
  constructor(
    path: string,
    onReplaced: (replacement: Replacement) => void,
    retention: Retention = defaultRetention,
    isStart = true,
  ) {
    this.path = path;
    this.retention = retention;
    this.onReplaced = onReplaced;
    this.isOthers = isStart;
    this.engine = this.open();
    this.isOthers = false;
    this.files = new FileIdentity(path);
  }

  /** @throws what the method throws */
  call(method: keyof Store, args: readonly unknown[]): unknown {
    if (this.strayed !== undefined) throw this.strayed;
    try {
      return this.invoke(method, args);
    } catch (error) {
      if (!this.mend(error)) throw error;
      return this.invoke(method, args);
    }
  }

  /** Looks whether the files are where they were. To be called often: what is written in between is only in memory's reach. */
  look(): void {
    if (this.path === memoryPath) return;
    const change = this.files.change();
    if (change === undefined) return;
    try {
      this.onReplaced(change === 'exchanged' ? this.takeOther() : this.writeAgain());
      this.files = new FileIdentity(this.path);
      this.strayed = undefined;
    } catch (error) {
      this.strayed = new Error(
        `the store's file is gone and cannot be made again: ${(error as Error).message}`,
      );
    }
  }

  close(): void {
    this.engine.close();
  }

  private invoke(method: keyof Store, args: readonly unknown[]): unknown {
    const called = this.engine.store[method] as (...args: readonly unknown[]) => unknown;
    return called(...args);
  }

  /** @returns whether the call can be tried again */
  private mend(error: unknown): boolean {
    if (this.path === memoryPath) {
      if (primaryCode(error) !== sqliteFull) return false;
      // What is in memory stands in for a store: it had better forget than take nothing more.
      this.engine.close();
      this.engine = this.openFile();
      return true;
    }
    if (!isCorruption(error)) return false;
    this.closeWhatever();
    this.engine = this.beginAnew(new StoreDamaged('corrupt', (error as Error).message));
    this.files = new FileIdentity(this.path);
    return true;
  }

  /** @throws StoreUnusable */
  private open(): Engine {
    try {
      return this.openFile();
    } catch (error) {
      if (error instanceof StoreDamaged) return this.beginAnew(error);
      throw error;
    }
  }

  private openFile(): Engine {
    return openEngine(this.path, this.retention, undefined, this.isOthers);
  }

  private beginAnew({ reason, message }: StoreDamaged): Engine {
    const name = setAside(this.path, reason);
    const engine = this.openFile();
    this.onReplaced({
      reason,
      detail: `${message}; it was set aside as ${name}, and an empty store was begun: issues that were told of may be told of again`,
    });
    return engine;
  }

  /** What is open can be read although its name is gone. */
  private writeAgain(): Replacement {
    const copy = `${this.path}.copy`;
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    rmSync(copy, { force: true });
    this.engine.copyTo(copy);
    // Closing deletes what SQLite takes for its own files, by their names.
    this.engine.close();
    renameSync(copy, this.path);
    this.engine = this.open();
    return {
      reason: 'deleted',
      detail: `files of the store ${this.path} were deleted or moved while it was in use; it was written again, with all that was in it`,
    };
  }

  private takeOther(): Replacement {
    this.files.keepOthers(() => this.closeWhatever());
    this.isOthers = true;
    this.engine = this.open();
    this.isOthers = false;
    return {
      reason: 'exchanged',
      detail: `another file was put in the place of the store ${this.path} while it was in use; it is used from here on, and what was stored before is not seen`,
    };
  }

  /** One that is damaged may not close well either. */
  private closeWhatever(): void {
    try {
      this.engine.close();
    } catch {
      // What could be said of it has been said.
    }
  }
}
