import { type FSWatcher, watch } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CancelTimer, Clock } from '../runtime/clock.ts';
import type { Component } from '../runtime/lifecycle.ts';

/** Between two looks at a file that changes: when both see the same, whoever writes it has finished. */
const settleMillis = 200;
/** A file that never rests is read all the same after so many looks. */
const mostLooks = 10;
/** Network file systems and some containers tell nothing of changes; they are found by looking. */
const pollMillis = 10_000;

interface WatchedDirectory {
  watcher: FSWatcher;
  /** A directory that was made anew under its old name is another one, of which the watcher hears nothing. */
  inode: bigint;
}

/**
 * Says when files change, come or go: written in place, replaced by an editor, or swapped by a symlink above them, as Kubernetes does
 * with a ConfigMap. Directories are watched rather than files, since a watch on a file stays with the old one when it is replaced.
 */
export class FileWatcher implements Component {
  readonly name = 'file watcher';
  private readonly clock: Clock;
  private readonly onChange: () => void;
  private paths: readonly string[] = [];
  private readonly directories = new Map<string, WatchedDirectory>();
  /** What the files were like when `onChange` was last called; empty before the first time. */
  private told = '';
  private lastLook = '';
  private looks = 0;
  private looking: Promise<void> | undefined;
  private isRunning = false;
  private cancelSettle: CancelTimer | undefined;
  private cancelPoll: CancelTimer | undefined;

  /** @param onChange also called once soon after the start: files may have changed since they were read */
  constructor(clock: Clock, onChange: () => void) {
    this.clock = clock;
    this.onChange = onChange;
  }

  start(): Promise<void> {
    this.isRunning = true;
    this.lookSoon();
    this.pollLater();
    return Promise.resolve();
  }

  /** Does not wait for a look that is under way: a network file system may never answer it. */
  stop(): Promise<void> {
    this.isRunning = false;
    this.cancelSettle?.();
    this.cancelPoll?.();
    for (const directory of this.directories.keys()) this.unwatch(directory);
    return Promise.resolve();
  }

  /** The files to look after from now on; they need not be there. */
  watch(paths: readonly string[]): void {
    const wanted = [...new Set(paths)];
    if (wanted.join('\n') === this.paths.join('\n')) return;
    this.paths = wanted;
    // What they were like when they were read is not known.
    this.told = '';
    this.lookSoon();
  }

  private pollLater(): void {
    this.cancelPoll = this.clock.after(pollMillis, () => {
      this.look();
      this.pollLater();
    });
  }

  /** Not put off by further events: a busy directory would put it off for ever. */
  private lookSoon(): void {
    if (!this.isRunning) return;
    this.cancelSettle ??= this.clock.after(settleMillis, () => {
      this.cancelSettle = undefined;
      this.look();
    });
  }

  private look(): void {
    if (!this.isRunning) return;
    if (this.looking !== undefined) return this.lookSoon();
    this.looking = this.compare().finally(() => (this.looking = undefined));
  }

  private async compare(): Promise<void> {
    // Before the files are looked at, so that what happens in between is an event.
    await this.watchDirectories();
    const now = await signatureOf(this.paths);
    if (!this.isRunning) return;
    if (now === this.told) {
      this.looks = 0;
      this.lastLook = '';
      return;
    }
    this.looks++;
    if (now !== this.lastLook && this.looks < mostLooks) {
      this.lastLook = now;
      this.lookSoon();
      return;
    }
    this.looks = 0;
    this.lastLook = '';
    this.told = now;
    this.onChange();
  }

  private async watchDirectories(): Promise<void> {
    const wanted = new Map<string, bigint>();
    for (const path of this.paths) {
      const real = await realpath(path).catch(() => path);
      for (const directory of [dirname(path), dirname(real)]) {
        const found = await stat(directory, { bigint: true }).catch(() => undefined);
        if (found !== undefined) wanted.set(directory, found.ino);
      }
    }
    for (const [directory, { inode }] of this.directories)
      if (wanted.get(directory) !== inode) this.unwatch(directory);
    if (!this.isRunning) return;
    for (const [directory, inode] of wanted)
      if (!this.directories.has(directory)) this.watchDirectory(directory, inode);
  }

  private watchDirectory(directory: string, inode: bigint): void {
    try {
      const watcher = watch(directory, { persistent: false }, () => this.lookSoon());
      this.directories.set(directory, { watcher, inode });
      watcher.on('error', () => this.unwatch(directory));
    } catch {
      // No watches left, or none on this file system: the poll finds what changes.
    }
  }

  private unwatch(directory: string): void {
    this.directories.get(directory)?.watcher.close();
    this.directories.delete(directory);
  }
}

/** What changes with every change of the files, however it is made. */
async function signatureOf(paths: readonly string[]): Promise<string> {
  const lines: string[] = [];
  // One by one: a file system that hangs takes one of the few threads there are, and not all of them.
  for (const path of paths) {
    const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error) lines.push(`${path} ${found.code ?? 'unreadable'}`);
    else lines.push([path, found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' '));
  }
  return lines.join('\n');
}
