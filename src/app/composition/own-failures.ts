import type { Failure } from '../../errors/failure.ts';
import { issueOf } from '../../issues/identity.ts';
import type { EventRecorder } from '../../pipeline/failures/event-recorder.ts';
import type { Clock } from '../../runtime/clock.ts';
import { withinDeadline } from '../../runtime/deadline.ts';
import { WorkLoop } from '../../runtime/work-loop.ts';
import type { OwnFailure, TellOwnFailure } from '../../telemetry/own-failure.ts';
import { type OwnResource, ownFailureEvent } from './own-failure-event.ts';

/** Issues that wait to be stored; there are fewer kinds of failures than that. */
const mostWaiting = 100;
/** What could not be stored, since it may be the store that fails, is tried again after so long. */
const retryMillis = 5_000;
const idleMillis = 3_600_000;
/** A store that does not answer is not asked by each failure. */
const pace = { times: 10, mostMillis: 1_000 };
/** A process that ends has no more time than this to say why. */
const crashMillis = 1_000;

export interface OwnFailuresDependencies {
  clock: Clock;
  resource: OwnResource;
}

/**
 * Records what fails of Tocsin itself, the way failures of apps are. A failure of the store cannot be: it waits until the store works,
 * one for each issue, so that an outage neither fills the memory nor records itself for ever.
 */
export class OwnFailures extends WorkLoop {
  private readonly dependencies: OwnFailuresDependencies;
  private recorder: Pick<EventRecorder, 'record' | 'judge'> | undefined;
  private readonly waiting = new Map<string, Failure>();
  private isStarted = false;

  constructor(dependencies: OwnFailuresDependencies) {
    super('own failures', dependencies.clock, () => this.record(), pace);
    this.dependencies = dependencies;
  }

  readonly tell: TellOwnFailure = (failure) => {
    this.add(failure);
    if (this.isStarted) this.wake();
  };

  /** @param recorder of which the failures are told, too: it is made after this */
  recordWith(recorder: Pick<EventRecorder, 'record' | 'judge'>): void {
    this.recorder = recorder;
  }

  override start(): Promise<void> {
    this.isStarted = true;
    return super.start();
  }

  override async stop(): Promise<void> {
    this.isStarted = false;
    await super.stop();
    await this.record();
  }

  /** Records why the process is about to end, if that can be done in time. */
  async crashed(failure: OwnFailure): Promise<void> {
    this.add(failure);
    await withinDeadline(this.record(), crashMillis, this.dependencies.clock).catch(() => undefined);
  }

  private add(failure: OwnFailure): void {
    const { clock, resource } = this.dependencies;
    const made = ownFailureEvent(failure, resource, clock.now());
    const issue = issueOf(made);
    if (!this.waiting.has(issue) && this.waiting.size < mostWaiting) this.waiting.set(issue, made);
  }

  /** @returns for how long there is nothing to do */
  private async record(): Promise<number> {
    const failures = [...this.waiting];
    const { recorder } = this;
    if (failures.length === 0 || recorder === undefined) return idleMillis;
    const judged = failures.flatMap(([, failure]) => recorder.judge(failure) ?? []);
    try {
      await recorder.record(judged.map((failure) => ({ failure })));
    } catch {
      // The store tells of its failures itself.
      return retryMillis;
    }
    for (const [issue, failure] of failures)
      if (this.waiting.get(issue) === failure) this.waiting.delete(issue);
    return idleMillis;
  }
}
