import type { Dispatcher } from '../../notify/dispatcher.ts';
import type { ConfigurationEvents } from '../../telemetry/configuration-events.ts';
import type { Degradations } from './degradations.ts';

export interface DryRunDependencies {
  dispatchers: readonly Pick<Dispatcher, 'dryRun'>[];
  degradations: Degradations;
  events: Pick<ConfigurationEvents, 'dryRun'>;
  /** Called when it has begun or ended. */
  onChanged: () => void;
}

/** Whether people are told of anything at all: not to be overlooked while they are not. */
export class DryRun {
  private readonly dependencies: DryRunDependencies;
  private isOnNow = false;

  constructor(dependencies: DryRunDependencies) {
    this.dependencies = dependencies;
  }

  get isOn(): boolean {
    return this.isOnNow;
  }

  configure(isOn: boolean): void {
    if (isOn === this.isOnNow) return;
    this.isOnNow = isOn;
    const { dispatchers, degradations, events, onChanged } = this.dependencies;
    const detail = 'alerts.dry_run is on: nobody is told of anything';
    if (isOn) degradations.set({ part: 'dry_run', detail, isFailOpen: false });
    else degradations.clear('dry_run');
    events.dryRun(isOn);
    for (const dispatcher of dispatchers) dispatcher.dryRun(isOn);
    onChanged();
  }
}
