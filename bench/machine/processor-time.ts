import { readdirSync, readFileSync } from 'node:fs';

/**
 * What the kernel says of one thread: nanoseconds on a processor, nanoseconds spent waiting for one, and how often it got one
 * (Linux, Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat").
 * @throws Error if the text is not that
 */
export function parseSchedstat(text: string): { runNanos: number; waitNanos: number } {
  const match = /^(\d+) (\d+) \d+\s*$/.exec(text);
  if (match === null) throw new Error(`not a schedstat: ${JSON.stringify(text)}`);
  return { runNanos: Number(match[1]), waitNanos: Number(match[2]) };
}

/** Nanoseconds that all threads of a process have been on a processor. */
export function processorNanos(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const text = readThread(pid, thread);
    if (text !== undefined) sum += parseSchedstat(text).runNanos;
  }
  return sum;
}

function readThread(pid: number, thread: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1');
  } catch (error) {
    // It ended since the directory was read.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
