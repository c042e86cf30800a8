import { randomBytes } from 'node:crypto';
import type { Environment } from '../../config/environment.ts';
import { keepToken } from '../../admin/token-file.ts';
import { Secret } from '../../config/secret.ts';
import { retentionOf } from '../../store/config.ts';
import { SqliteStore } from '../../store/sqlite/client.ts';
import { memoryPath } from '../../store/sqlite/database.ts';
import type { Log } from '../../telemetry/log.ts';
import { lockData, openDataDirectory, storePath } from './data-directory.ts';
import type { Degradations } from '../composition/degradations.ts';
import type { Configuration } from '../configuration/options.ts';
import { type AdminAccess, adminAccess, givenAccess } from './admin-access.ts';

/** What Tocsin keeps, and where. */
export interface Data {
  /** Undefined if nothing can be kept. */
  directory: string | undefined;
  store: SqliteStore;
  access: AdminAccess;
  /** Lets another Tocsin use it. */
  release: () => void;
  /**
   * Makes it this process's own again after somebody deleted it.
   * @throws DataDirectoryUnusable
   */
  reclaim: () => void;
}

/**
 * Opens the data directory for this process alone. The store in it is not started.
 * @throws DataDirectoryUnusable
 */
export function openData(configuration: Configuration, path: string, environment: Environment): Data {
  const directory = openDataDirectory(path);
  let release = lockData(configuration, directory);
  const store = new SqliteStore(storePath(configuration, directory), retentionOf(configuration.store));
  try {
    const access = adminAccess(configuration, environment, directory);
    const reclaim = (): void => {
      release();
      release = (): void => undefined;
      release = lockData(configuration, openDataDirectory(path));
      if (access.made !== undefined) keepToken(directory, access.made);
    };
    return { directory, store, access, release: () => release(), reclaim };
  } catch (error) {
    release();
    throw error;
  }
}

/** The same, with a started store, whatever happens: in memory, if it cannot be kept. */
export async function openDataOrMemory(
  configuration: Configuration,
  path: string,
  environment: Environment,
  degradations: Degradations,
  log: Log,
): Promise<Data> {
  const lost = (error: unknown, token: string): void => {
    const reason = error instanceof Error ? error.message : String(error);
    const detail = `nothing is kept: issues and alerts are in memory and gone with this process, and what was stored before is not seen${token}`;
    log.error(`${reason}; ${detail}`);
    degradations.set({ part: 'data_directory', detail, isFailOpen: true });
  };
  let data: Data;
  try {
    data = openData(configuration, path, environment);
  } catch (error) {
    const access = givenAccess(configuration, environment);
    const isClosed = '; the API is closed, since its token cannot be kept: set TOCSIN_ADMIN_TOKEN';
    lost(error, access === undefined ? isClosed : '');
    return {
      directory: undefined,
      store: await memoryStore(configuration),
      access: access ?? nobody(),
      release: () => undefined,
      reclaim: () => undefined,
    };
  }
  try {
    await data.store.start();
    return data;
  } catch (error) {
    lost(error, '');
    return { ...data, store: await memoryStore(configuration) };
  }
}

async function memoryStore(configuration: Configuration): Promise<SqliteStore> {
  const store = new SqliteStore(memoryPath, retentionOf(configuration.store));
  await store.start();
  return store;
}

/** A token that nobody knows. */
function nobody(): AdminAccess {
  const token = new Secret(randomBytes(24).toString('base64url'));
  return { tokens: [{ name: 'nobody', token }], inShell: 'TOKEN', made: undefined, warnings: [] };
}
