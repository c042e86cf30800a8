import { join } from 'node:path';
import { storedToken } from '../admin/token.ts';
import type { Environment } from '../config/environment.ts';
import { formatProblem } from '../config/problem.ts';
import { Secret } from '../config/secret.ts';
import { createReceiver } from '../notify/receivers/index.ts';
import { systemClock } from '../runtime/clock.ts';
import { SqliteStore } from '../store/sqlite/client.ts';
import type { Log } from '../telemetry/log.ts';
import { ProcessMetrics } from '../telemetry/process-metrics.ts';
import { compose, type Tocsin } from './compose.ts';
import { readConfiguration } from './configuration.ts';
import { lockData, openDataDirectory, storePath } from './data-directory.ts';
import { greet } from './greeting.ts';
import { readVersion } from './version.ts';

/** The configuration has mistakes; each is a line of the message. */
export class ConfigurationInvalid extends Error {
  override readonly name = 'ConfigurationInvalid';
}

/**
 * Starts Tocsin for real: with the system's clock, the store in the data directory, and the configured receivers.
 * @throws ConfigurationInvalid, DataDirectoryUnusable, StoreUnusable, ListenFailed
 */
export async function run(
  files: readonly string[],
  environment: Environment,
  dataDirectory: string,
  log: Log,
): Promise<Tocsin> {
  const { value: configuration, problems } = readConfiguration(files, environment, 'warning');
  if (configuration === undefined) throw new ConfigurationInvalid(problems.map(formatProblem).join('\n'));
  for (const problem of problems) log.warn(formatProblem(problem));
  const directory = openDataDirectory(dataDirectory);
  const unlockData = lockData(configuration, directory);
  // A line break that came with the value is not part of it: no header could hold it.
  const given = environment['TOCSIN_ADMIN_TOKEN']?.trim();
  const stored = given ? undefined : storedToken(directory);
  const processMetrics = new ProcessMetrics();
  const tocsin = compose(configuration, {
    clock: systemClock,
    log,
    store: new SqliteStore(storePath(configuration, directory)),
    receivers: configuration.alerts.receivers.map(createReceiver),
    tokens: [{ name: 'admin', token: stored?.token ?? new Secret(given ?? '') }],
    journalDirectory: join(directory, 'journal'),
    processMetrics: () => processMetrics.expose(),
    random: Math.random,
  });
  try {
    await tocsin.start();
  } catch (error) {
    unlockData();
    throw error;
  }
  const receivers = configuration.alerts.receivers.map(({ name }) => name);
  greet(log, {
    version: readVersion().version,
    addresses: tocsin.addresses(),
    tokenPath: stored?.path,
    receivers,
    forwarding: tocsin.forwarding(),
  });
  return {
    ...tocsin,
    stop: async () => {
      await tocsin.stop();
      unlockData();
    },
  };
}
