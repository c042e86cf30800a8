import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Processors as `taskset` takes them. */
export interface Processors {
  /** The one of whoever is measured. */
  subject: string;
  /** Of all the others: load, sink and the benchmark itself. */
  others: string;
}

/**
 * @param status what `/proc/self/status` says
 * @throws Error if there are not two that may be used: what is measured has one for itself
 */
export function processorsOf(status: string): Processors {
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status) ?? [];
  const processors = list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  const subject = processors.pop();
  if (subject === undefined || processors.length === 0)
    throw new Error('the benchmark needs two processors: one for what is measured, and one for the load');
  return { subject: String(subject), others: processors.join(',') };
}

/** Leaves one processor to what is measured: this process, and those that it starts from now on, stay on the others. */
export function makeRoom(): Processors {
  const processors = processorsOf(readFileSync('/proc/self/status', 'utf8'));
  execFileSync('taskset', ['-a', '-c', '-p', processors.others, String(process.pid)], { stdio: 'ignore' });
  return processors;
}

/** Undoes `makeRoom` for this process. */
export function takeBack({ subject, others }: Processors): void {
  execFileSync('taskset', ['-a', '-c', '-p', `${others},${subject}`, String(process.pid)], {
    stdio: 'ignore',
  });
}
