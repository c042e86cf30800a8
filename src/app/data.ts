import { randomBytes } from 'node:crypto';
import { storedToken } from '../admin/token.ts';
import type { Environment } from '../config/environment.ts';
import { Secret } from '../config/secret.ts';
import { SqliteStore } from '../store/sqlite/client.ts';
import { memoryPath } from '../store/sqlite/database.ts';
import type { Log } from '../telemetry/log.ts';
import { lockData, openDataDirectory, storePath } from './data-directory.ts';
import type { Degradations } from './degradations.ts';
import type { Configuration } from './options.ts';

/** What Tocsin keeps, and where. */
export interface Data {
  /** Undefined if nothing can be kept. */
  directory: string | undefined;
  store: SqliteStore;
  token: Secret;
  /** Where the token can be read; undefined if it was given, or cannot be kept. */
  tokenPath: string | undefined;
  /** Lets another Tocsin use it. */
  release: () => void;
}

/**
 * Opens the data directory for this process alone. The store in it is not started.
 * @throws DataDirectoryUnusable
 */
export function openData(configuration: Configuration, path: string, environment: Environment): Data {
  const directory = openDataDirectory(path);
  const release = lockData(configuration, directory);
  const store = new SqliteStore(storePath(configuration, directory));
  const given = givenToken(environment);
  if (given !== undefined) return { directory, store, token: given, tokenPath: undefined, release };
  try {
    const { token, path } = storedToken(directory);
    return { directory, store, token, tokenPath: path, release };
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
    const given = givenToken(environment);
    lost(
      error,
      given === undefined
        ? '; the API is closed, since its token cannot be kept: set TOCSIN_ADMIN_TOKEN'
        : '',
    );
    const token = given ?? new Secret(randomBytes(24).toString('base64url'));
    return {
      directory: undefined,
      store: await memoryStore(),
      token,
      tokenPath: undefined,
      release: () => undefined,
    };
  }
  try {
    await data.store.start();
    return data;
  } catch (error) {
    lost(error, '');
    return { ...data, store: await memoryStore() };
  }
}

async function memoryStore(): Promise<SqliteStore> {
  const store = new SqliteStore(memoryPath);
  await store.start();
  return store;
}

/** A line break that came with the value is not part of it: no header could hold it. */
function givenToken(environment: Environment): Secret | undefined {
  const given = environment['TOCSIN_ADMIN_TOKEN']?.trim();
  return given ? new Secret(given) : undefined;
}
