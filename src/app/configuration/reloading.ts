import type { ReadConfiguration } from '../../config/changes.ts';
import { FileWatcher } from '../../config/file-watcher.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Tocsin } from '../composition/compose.ts';
import type { ConfigurationSource, Snapshot } from './configuration-source.ts';
import type { Degradations } from '../composition/degradations.ts';
import { keepLastGood } from './last-good.ts';
import type { Configuration } from './options.ts';
import { Reloader } from './reloader.ts';

export interface ReloadingFacts {
  source: ConfigurationSource;
  /** What was read at the start. */
  snapshot: Snapshot;
  running: ReadConfiguration<Configuration>;
  /** Where what is right is kept; undefined if nothing can be. */
  directory: string | undefined;
  tocsin: Tocsin;
  degradations: Degradations;
  log: Log;
}

export interface Reloading extends Component {
  now(): void;
}

/** Joins what watches the configuration's files with what reads them and with what runs. */
export function reloading(facts: ReloadingFacts): Reloading {
  const { source, snapshot, running, directory, tocsin, degradations, log } = facts;
  const onGood = ({ texts }: Snapshot): void => {
    if (directory === undefined) return;
    try {
      keepLastGood(directory, texts);
    } catch (error) {
      log.warn({ err: error }, 'the configuration could not be kept for a start with --fail-open');
    }
  };
  const reloader = new Reloader({
    source,
    running,
    version: snapshot.version,
    reconfigure: (configuration) => tocsin.reconfigure(configuration),
    onGood,
    onPaths: (paths) => watcher.watch(paths),
    events: tocsin.configurationEvents,
    degradations,
  });
  const watcher = new FileWatcher(systemClock, () => reloader.filesChanged());
  watcher.watch(snapshot.paths);
  if (snapshot.value === undefined) tocsin.configurationEvents.refusedAtStart();
  else onGood(snapshot);
  return {
    name: 'reloading',
    start: () => watcher.start(),
    stop: () => watcher.stop(),
    now: () => reloader.reload(),
  };
}
