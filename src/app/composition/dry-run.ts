import type { Dispatcher } from '../../notify/dispatcher.ts';
import type { ConfigurationEvents } from '../../telemetry/configuration-events.ts';
import type { Degradations } from './degradations.ts';

export interface DryRunDependencies {
  dispatchers: readonly Pick<Dispatcher, 'dryRun'>[];
  degradations: Degradations;
  events: Pick<ConfigurationEvents, 'dryRun'>;
}

/** Whether people are told of anything at all: not to be overlooked while they are not. */
export class DryRun {
  private readonly dependencies: DryRunDependencies;
  private isOn = false;

  constructor(dependencies: DryRunDependencies) {
    this.dependencies = dependencies;
  }

  configure(isOn: boolean): void {
    if (isOn === this.isOn) return;
    this.isOn = isOn;
    const { dispatchers, degradations, events } = this.dependencies;
    const detail = 'alerts.dry_run is on: nobody is told of anything';
    if (isOn) degradations.set({ part: 'dry_run', detail, isFailOpen: false });
    else degradations.clear('dry_run');
    events.dryRun(isOn);
    for (const dispatcher of dispatchers) dispatcher.dryRun(isOn);
  }
}
