import { existsSync, renameSync } from 'node:fs';
import { StoreUnusable } from './database.ts';

/** A disk that spoils every store must not be filled with them. */
const mostSetAside = 100;
/** The files of one database; SQLite finds the others by the name of the first. */
export const suffixes = ['', '-wal', '-shm'] as const;

/**
 * Gives the files of a database that is closed another name beside it, by which it can be opened as before.
 * @returns that name
 * @throws StoreUnusable if there are too many already, or what the system says
 */
export function setAside(path: string, reason: string): string {
  for (let number = 1; number <= mostSetAside; number++) {
    const name = `${path}.${reason}-${number}`;
    if (suffixes.some((suffix) => existsSync(name + suffix))) continue;
    for (const suffix of suffixes) {
      if (existsSync(path + suffix)) renameSync(path + suffix, name + suffix);
    }
    return name;
  }
  throw new StoreUnusable(
    `${path} cannot be used, and ${mostSetAside} others were set aside before it: look after the disk, and move them away`,
  );
}
