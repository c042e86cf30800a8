import { join } from 'node:path';
import type { ReadConfiguration } from '../../config/changes.ts';
import type { Environment } from '../../config/environment.ts';
import { formatProblem } from '../../config/problem.ts';
import { usualGatherMillis } from '../../forward/gathering.ts';
import { systemClock } from '../../runtime/clock.ts';
import { beginObjectsYoung, collectGarbage, compileInTwoSteps, letHeapGrow } from '../../runtime/heap.ts';
import { ownMemory } from '../../runtime/process-memory.ts';
import { bounded } from '../../telemetry/configuration-events.ts';
import type { Log } from '../../telemetry/log.ts';
import { ProcessMetrics } from '../../telemetry/process-metrics.ts';
import { compose, type Tocsin } from '../composition/compose.ts';
import { ConfigurationSource, type Snapshot } from '../configuration/configuration-source.ts';
import { type Data, openData, openDataOrMemory } from './data.ts';
import { Degradations } from '../composition/degradations.ts';
import { fallbackConfiguration } from '../configuration/fallback-configuration.ts';
import { greet } from './greeting.ts';
import { ownEnvironment } from './own-environment.ts';
import type { Configuration } from '../configuration/options.ts';
import { createReceivers, slackAppsFor } from '../composition/create-receivers.ts';
import { reloading } from '../configuration/reloading.ts';
import { readVersion } from './version.ts';

/** With nothing to do for so long after the start, there is time to tidy up after it. */
const collectAfterMillis = 5_000;
/** After the first request: what was compiled for it is there, and little else. */
const firstCollectionMillis = 1_000;

/** The configuration has mistakes; each is a line of the message. */
export class ConfigurationInvalid extends Error {
  override readonly name = 'ConfigurationInvalid';
}

export interface RunOptions {
  files: readonly string[];
  environment: Environment;
  dataDirectory: string;
  /** Whatever is wrong with the configuration, the data directory or a port: run all the same, and say so. */
  failOpen: boolean;
}

/** Tocsin as it runs, with its configuration watched. */
export interface Running extends Tocsin {
  /** Reads the configuration again. */
  reload(): void;
}

/**
 * Starts Tocsin for real: with the system's clock, the store in the data directory, and the configured receivers.
 * @param terminal where a person reads what is for nobody else: a log is kept and passed on
 * @throws ConfigurationInvalid, DataDirectoryUnusable, StoreUnusable, ListenFailed
 */
export async function run(
  options: RunOptions,
  log: Log,
  terminal?: (text: string) => void,
): Promise<Running> {
  const { files, environment, dataDirectory, failOpen } = options;
  const degradations = new Degradations();
  const source = new ConfigurationSource(files, environment);
  const snapshot = source.read();
  const running = chooseConfiguration(snapshot, options, degradations, log);
  const configuration = running.value;
  const data = failOpen
    ? await openDataOrMemory(configuration, dataDirectory, environment, degradations, log)
    : openData(configuration, dataDirectory, environment);
  const processMetrics = new ProcessMetrics();
  const cancelCollecting = systemClock.after(collectAfterMillis, collectGarbage);
  const tocsin = compose(configuration, {
    clock: systemClock,
    log,
    store: data.store,
    receivers: createReceivers(configuration, environment, systemClock),
    slackApps: slackAppsFor(configuration, environment),
    tokens: data.access.tokens,
    journalDirectory: data.directory === undefined ? undefined : join(data.directory, 'journal'),
    spoolDirectory: data.directory === undefined ? undefined : join(data.directory, 'spool'),
    gatherMillis: usualGatherMillis,
    processMetrics: () => processMetrics.expose(),
    environment: ownEnvironment(environment),
    memory: ownMemory,
    random: Math.random,
    onFirstRequest: () => {
      cancelCollecting();
      letHeapGrow();
      beginObjectsYoung();
      compileInTwoSteps();
      // Before its first collection the engine lets the heap grow to three times its size.
      systemClock.after(firstCollectionMillis, collectGarbage);
    },
    degradations,
    failOpen,
  });
  data.store.onReplaced(({ reason }) => {
    if (reason === 'deleted') reclaim(data, log);
  });
  try {
    await tocsin.start();
  } catch (error) {
    data.release();
    throw error;
  }
  const receivers = configuration.alerts.receivers.map(({ name }) => name);
  const facts = {
    version: readVersion().version,
    addresses: tocsin.addresses(),
    access: data.access,
    receivers,
    isDryRun: configuration.alerts.dry_run,
    forwarding: tocsin.forwarding(),
  };
  for (const warning of data.warnings) log.warn(warning);
  greet(log, facts, terminal);
  // Last, where somebody who looks at the start looks first.
  const failedOpen = degradations.list.filter(({ isFailOpen }) => isFailOpen);
  if (failedOpen.length > 0)
    log.error(`RUNNING ALL THE SAME (--fail-open): ${failedOpen.map(({ detail }) => detail).join('; ')}`);
  const reload = reloading({
    source,
    snapshot,
    running,
    directory: data.directory,
    tocsin,
    degradations,
    log,
  });
  await reload.start();
  return {
    ...tocsin,
    reload: () => reload.now(),
    stop: async () => {
      cancelCollecting();
      await reload.stop();
      await tocsin.stop();
      data.release();
    },
  };
}

/** With the files went what kept another Tocsin from using them. */
function reclaim(data: Data, log: Log): void {
  try {
    data.reclaim();
  } catch (error) {
    log.error({ err: error }, 'the data directory is there again, and not this Tocsin’s alone');
  }
}

/** @throws ConfigurationInvalid */
function chooseConfiguration(
  { value, tree, problems }: Snapshot,
  { environment, dataDirectory, failOpen }: RunOptions,
  degradations: Degradations,
  log: Log,
): ReadConfiguration<Configuration> {
  const lines = problems.map(formatProblem);
  if (value !== undefined) {
    for (const line of bounded(lines)) log.warn(line);
    return { value, tree };
  }
  if (!failOpen) throw new ConfigurationInvalid(lines.join('\n'));
  for (const line of bounded(lines)) log.error(line);
  const { description, ...fallback } = fallbackConfiguration(environment, dataDirectory);
  const detail = `the configuration has mistakes; Tocsin runs on ${description}`;
  log.error(`${detail} (--fail-open)`);
  degradations.set({ part: 'configuration', detail, isFailOpen: true });
  return fallback;
}
