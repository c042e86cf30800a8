import { execFileSync } from 'node:child_process';
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
