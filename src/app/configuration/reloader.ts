import { changedKeys, type ReadConfiguration } from '../../config/changes.ts';
import { formatProblem } from '../../config/problem.ts';
import type { ConfigurationEvents } from '../../telemetry/configuration-events.ts';
import type { ConfigurationSource, Snapshot } from './configuration-source.ts';
import type { Degradations } from '../composition/degradations.ts';
import { type Configuration, configurationSchema } from './options.ts';
import { reloads, waitFor } from './policies.ts';

export interface ReloaderDependencies {
  source: Pick<ConfigurationSource, 'read'>;
  /** What runs; with `--fail-open` it may be another than what was read last. */
  running: ReadConfiguration<Configuration>;
  /** Version of what was read last. */
  version: string;
  /** Gives the keys that can be changed while Tocsin runs their new values. */
  reconfigure: (configuration: Configuration) => void;
  /** Called with everything that is right, so that it can be kept. */
  onGood: (snapshot: Snapshot) => void;
  /** Called with the files to watch from now on. */
  onPaths: (paths: readonly string[]) => void;
  events: ConfigurationEvents;
  degradations: Degradations;
}

/** Takes a changed configuration over, as a whole or not at all. */
export class Reloader {
  private readonly dependencies: ReloaderDependencies;
  private version: string;
  /** The configuration whose policy is applied, and the one that everything else was started with. */
  private policy: ReadConfiguration<Configuration>;
  private readonly started: ReadConfiguration<Configuration>;

  constructor(dependencies: ReloaderDependencies) {
    this.dependencies = dependencies;
    this.version = dependencies.version;
    this.policy = dependencies.running;
    this.started = dependencies.running;
  }

  /** Somebody says that there is something to read: it is told what came of it, also if nothing has changed. */
  reload(): void {
    this.read(() => true);
  }

  /** Some file has changed; each version of the contents is told of once. */
  filesChanged(): void {
    this.read(({ version }) => version !== this.version);
  }

  private read(isWanted: (snapshot: Snapshot) => boolean): void {
    const { source, reconfigure } = this.dependencies;
    try {
      const snapshot = source.read();
      if (isWanted(snapshot)) this.take(snapshot);
    } catch (error) {
      // Not expected: whatever was changed by then is put back.
      reconfigure(this.policy.value);
      this.refuse([`it could not be worked on: ${String(error)}`]);
    }
  }

  private take(snapshot: Snapshot): void {
    const { events, onGood, onPaths } = this.dependencies;
    this.version = snapshot.version;
    onPaths(snapshot.paths);
    const { value, tree } = snapshot;
    if (value === undefined) {
      const errors = snapshot.problems.filter(({ severity }) => severity === 'error');
      this.refuse(errors.map(formatProblem));
      return;
    }
    events.warned(snapshot.problems.map(formatProblem));
    this.apply({ value, tree });
    onGood(snapshot);
  }

  private refuse(mistakes: readonly string[]): void {
    const { events, degradations } = this.dependencies;
    events.refused(mistakes);
    const isFailOpen = degradations.get('configuration')?.isFailOpen ?? false;
    const detail = 'the configuration has mistakes; the one before is used';
    degradations.set({ part: 'configuration', detail, isFailOpen });
  }

  private apply(next: ReadConfiguration<Configuration>): void {
    const { events, degradations, reconfigure } = this.dependencies;
    const changed = changedKeys(configurationSchema, this.started, next);
    const waits = waitFor(changed);
    const restart = changed.filter((key) => !reloads(key) || waits(key));
    const policy = waits('alerts.route') ? withAlertsOf(this.policy, next) : next;
    const applied = changedKeys(configurationSchema, this.policy, policy).filter(reloads);
    reconfigure(policy.value);
    this.policy = policy;
    const before = degradations.get('configuration');
    // What was started without its configuration is as configured only once everything in it is.
    if (before?.isFailOpen && restart.length > 0) {
      const detail = `the configuration is right now, and needs a restart: ${restart.join(', ')}`;
      degradations.set({ ...before, detail });
    } else {
      degradations.clear('configuration');
    }
    events.reloaded(applied, restart, before !== undefined);
  }
}

/** The one configuration with `alerts` as it is in another. */
function withAlertsOf(
  { value: { alerts }, tree }: ReadConfiguration<Configuration>,
  next: ReadConfiguration<Configuration>,
): ReadConfiguration<Configuration> {
  const entries = new Map(next.tree.entries);
  const entry = tree.entries.get('alerts');
  if (entry === undefined) entries.delete('alerts');
  else entries.set('alerts', entry);
  return { value: { ...next.value, alerts }, tree: { ...next.tree, entries } };
}
