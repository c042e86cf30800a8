import { join } from 'node:path';
import type { Environment } from '../config/environment.ts';
import { formatProblem } from '../config/problem.ts';
import { createReceiver } from '../notify/receivers/index.ts';
import { systemClock } from '../runtime/clock.ts';
import { SqliteStore } from '../store/sqlite/client.ts';
import type { Log } from '../telemetry/log.ts';
import { ProcessMetrics } from '../telemetry/process-metrics.ts';
import { adminAccess } from './admin-access.ts';
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
 * @param terminal writes to the terminal that a person has started it on; undefined if there is none
 * @throws ConfigurationInvalid, DataDirectoryUnusable, TokenFileUnusable, StoreUnusable, ListenFailed
 */
export async function run(
  files: readonly string[],
  environment: Environment,
  dataDirectory: string,
  log: Log,
  terminal?: (text: string) => void,
): Promise<Tocsin> {
  const { value: configuration, problems } = readConfiguration(files, environment, 'warning');
  if (configuration === undefined) throw new ConfigurationInvalid(problems.map(formatProblem).join('\n'));
  for (const problem of problems) log.warn(formatProblem(problem));
  const directory = openDataDirectory(dataDirectory);
  const unlockData = lockData(configuration, directory);
  try {
    const access = adminAccess(configuration, environment, directory);
    for (const warning of access.warnings) log.warn(warning);
    const processMetrics = new ProcessMetrics();
    const tocsin = compose(configuration, {
      clock: systemClock,
      log,
      store: new SqliteStore(storePath(configuration, directory)),
      receivers: configuration.alerts.receivers.map(createReceiver),
      tokens: access.tokens,
      journalDirectory: join(directory, 'journal'),
      processMetrics: () => processMetrics.expose(),
      random: Math.random,
    });
    await tocsin.start();
    const receivers = configuration.alerts.receivers.map(({ name }) => name);
    const { version } = readVersion();
    const facts = {
      version,
      addresses: tocsin.addresses(),
      access,
      receivers,
      forwarding: tocsin.forwarding(),
    };
    greet(log, facts, terminal);
    return {
      ...tocsin,
      stop: async () => {
        await tocsin.stop();
        unlockData();
      },
    };
  } catch (error) {
    unlockData();
    throw error;
  }
}
