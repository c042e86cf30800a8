import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SubjectName } from './subject.ts';

/**
 * Each subject runs a copy of the node binary of its own: the pages of a binary that several processes run are shared between them,
 * and PSS would show each only its part.
 */
export function copyNode(directory: string, name: SubjectName): string {
  const copy = join(directory, `node-${name}`);
  copyFileSync(process.execPath, copy);
  chmodSync(copy, 0o755);
  return copy;
}
