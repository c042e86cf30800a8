import { randomBytes } from 'node:crypto';
import type { Environment } from '../../config/environment.ts';
import { keepToken } from '../../admin/token-file.ts';
import { Secret } from '../../config/secret.ts';
import { retentionOf } from '../../store/config.ts';
import { diskBytes, withinDisk } from '../../store/disk.ts';
import { SqliteStore } from '../../store/sqlite/client.ts';
import type { Retention } from '../../store/retention.ts';
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
  warnings: readonly string[];
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
  const file = storePath(configuration, directory);
  const wanted = retentionOf(configuration.store);
  const retention = withinDisk(wanted, diskBytes(file));
  const store = new SqliteStore(file, retention);
  try {
    const access = adminAccess(configuration, environment, directory);
    const reclaim = (): void => {
      release();
      release = (): void => undefined;
      release = lockData(configuration, openDataDirectory(path));
      if (access.made !== undefined) keepToken(directory, access.made);
    };
    const warnings = [...access.warnings, ...smallDisk(wanted, retention)];
    return { directory, store, access, warnings, release: () => release(), reclaim };
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
      warnings: access?.warnings ?? [],
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

function smallDisk(wanted: Retention, { maxBytes }: Retention): string[] {
  if (maxBytes === wanted.maxBytes) return [];
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return [
    `store.max_size is ${mebibytes(wanted.maxBytes)}, more than half of the disk that the store is on: it has ${mebibytes(maxBytes)}`,
  ];
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
