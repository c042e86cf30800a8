import { accessSync, constants, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FileLock, Locked } from '../../store/sqlite/file-lock.ts';
import type { Configuration } from '../configuration/options.ts';

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

/**
 * Makes sure that nobody else works on the data directory, or on a store elsewhere: two would tell of everything twice, and each
 * would take the other's work for its own.
 * @returns ends that
 * @throws DataDirectoryUnusable
 */
export function lockData(configuration: Configuration, dataDirectory: string): () => void {
  const locks = [lock(dataDirectory, join(dataDirectory, 'tocsin.lock'))];
  const release = (): void => {
    for (const held of locks) held.release();
  };
  const path = realPath(storePath(configuration, dataDirectory));
  try {
    locks.push(lock(path, `${path}.lock`));
    return release;
  } catch (error) {
    release();
    throw error;
  }
}

/** By whatever name it is called: somebody may have linked to it. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It is not there yet; its directory is, or opening it will say so.
    const directory = dirname(path);
    return existsSync(directory) ? join(realpathSync(directory), basename(path)) : path;
  }
}

function lock(what: string, path: string): FileLock {
  try {
    return new FileLock(path);
  } catch (error) {
    if (error instanceof Locked) {
      throw new DataDirectoryUnusable(
        `${what} is in use by another Tocsin: stop that one, or give this one a directory of its own with TOCSIN_DATA_DIR`,
      );
    }
    throw new DataDirectoryUnusable(`${path} cannot be locked: ${(error as Error).message}`);
  }
}
