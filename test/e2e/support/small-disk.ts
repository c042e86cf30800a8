import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';

/** Whether a process can be given a file system of its own here. */
export function canMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Writes into a file until there is no room even for a small piece. */
export function fillUp(file: string): void {
  for (const size of [2 ** 20, 4096, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // The next smaller one.
    }
  }
}

/** A file system of its own, of a few MiB, that outlives the processes which see it: those that are run by its wrapper. */
export class SmallDisk {
  private readonly directory: string;
  private readonly mebibytes: number;
  private keeper: ChildProcess | undefined;

  /** @param directory where those processes find it */
  constructor(directory: string, mebibytes: number) {
    this.directory = directory;
    this.mebibytes = mebibytes;
  }

  async start(): Promise<void> {
    if (this.keeper !== undefined) return;
    const mount = `mount -t tmpfs -o size=${this.mebibytes}m tmpfs ${this.directory}`;
    // It ends with whoever started it.
    this.keeper = spawn('unshare', ['-rm', 'sh', '-c', `${mount} && echo there && exec cat`]);
    await once(this.keeper.stdout!, 'data');
    for (const one of [this.keeper, this.keeper.stdin, this.keeper.stdout, this.keeper.stderr])
      (one as { unref?: () => void }).unref?.();
  }

  /** To be put before a command. */
  get wrapper(): readonly string[] {
    return ['nsenter', `--target=${this.keeper!.pid}`, '--user', '--mount', '--preserve-credentials', '--'];
  }

  /** Its directory for everybody else. */
  get path(): string {
    return `/proc/${this.keeper!.pid}/root${this.directory}`;
  }

  stop(): void {
    this.keeper?.kill();
  }
}
