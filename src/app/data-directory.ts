import { accessSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Configuration } from './options.ts';

/** The data directory cannot be used; the message says why and what to do. */
export class DataDirectoryUnusable extends Error {
  override readonly name = 'DataDirectoryUnusable';
}

/**
 * Makes the directory if it is not there, and returns its absolute path.
 * @throws DataDirectoryUnusable
 */
export function openDataDirectory(path: string): string {
  const directory = resolve(path);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return directory;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new DataDirectoryUnusable(
      `the data directory ${directory} cannot be used (${code}): make it writable, or set TOCSIN_DATA_DIR to one that is`,
    );
  }
}

/** Where the SQLite file is. */
export function storePath({ store }: Configuration, dataDirectory: string): string {
  return store.url === '' ? join(dataDirectory, 'tocsin.db') : resolve(store.url.slice('sqlite:'.length));
}
