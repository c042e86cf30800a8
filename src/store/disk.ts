import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Retention } from './retention.ts';

/** In a flood the store is half as much again, and the journal and what waits to be forwarded are often on the same disk. */
const diskShare = 1 / 2;

/** Of the file system that a file is on, or is to be: all of it, in bytes; undefined if it does not say. */
export function diskBytes(path: string): number | undefined {
  try {
    const { blocks, bsize } = statfsSync(dirname(path));
    return blocks > 0 ? blocks * bsize : undefined;
  } catch {
    return undefined;
  }
}

/** A store that fills its disk can neither take failures nor make itself smaller: that takes room, too. */
export function withinDisk(retention: Retention, disk: number | undefined): Retention {
  if (disk === undefined) return retention;
  return { ...retention, maxBytes: Math.min(retention.maxBytes, Math.floor(disk * diskShare)) };
}
