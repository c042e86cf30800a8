import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { collectGarbage } from './heap.ts';

/** The memory of a process, as whoever is to keep it within bounds sees it. */
export interface ProcessMemory {
  /** What its container may have; undefined if nobody says. */
  readonly limitBytes: number | undefined;
  usedBytes(): number;
  /** Gives back what can be: a pause of some 50 ms. */
  collect(): void;
}

export const ownMemory: ProcessMemory = {
  get limitBytes() {
    // By the cgroup; without a limit it is 0, or far more than there is.
    const limit = process.constrainedMemory();
    return limit > 0 && limit < totalmem() ? limit : undefined;
  },
  usedBytes: anonymousBytes,
  collect: collectGarbage,
};

/**
 * What is in memory and nowhere else (https://man7.org/linux/man-pages/man5/proc_pid_status.5.html). All that is resident would be some
 * 50 MB more: Node's own code is mapped from its file, and the system takes such pages away before it kills anybody.
 */
function anonymousBytes(): number {
  try {
    const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // No Linux.
  }
  return process.memoryUsage.rss();
}
