import type { ErrorEvent } from '../errors/error-event.ts';
import type { IssueStore } from '../issues/issue-store.ts';
import type { Clock } from '../runtime/clock.ts';
import { withinDeadline } from '../runtime/deadline.ts';
import type { Events } from '../telemetry/events.ts';

/** A request's error events could not be stored. None of its spans was counted: it is to be sent again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** An app is not held up for longer: it is asked to send again. */
const deadlineMillis = 250;

export interface EventRecorderDependencies {
  clock: Clock;
  issues: Pick<IssueStore, 'record'>;
  events: Events;
  /** Called when stored events may be news to alerting. */
  onStored: () => void;
  /** Called when they could not be stored, or not in time. */
  onFailed?: () => void;
}

/** Stores error events, and counts each when it is stored; a store that does not answer is not asked for more. */
export class EventRecorder {
  private readonly dependencies: EventRecorderDependencies;
  /** Calls that the store has had for too long. */
  private overdue = 0;

  constructor(dependencies: EventRecorderDependencies) {
    this.dependencies = dependencies;
  }

  /** @throws StoreUnavailable; they may be stored all the same, and are then known when they are sent again */
  async record(errors: readonly ErrorEvent[]): Promise<void> {
    const { clock, issues, events } = this.dependencies;
    if (this.overdue > 0) throw new StoreUnavailable('the store does not answer');
    const recording = issues.record(errors, clock.now()).then((ids) => this.count(errors, ids));
    try {
      await withinDeadline(recording, deadlineMillis, clock);
    } catch (error) {
      events.storeFailed(error);
      this.dependencies.onFailed?.();
      if ((error as Error).name !== 'DeadlineExceeded')
        throw new StoreUnavailable('error events could not be stored', { cause: error });
      this.waitFor(recording);
      throw new StoreUnavailable('the store does not answer', { cause: error });
    }
  }

  private waitFor(recording: Promise<void>): void {
    this.overdue++;
    recording.catch(() => undefined).finally(() => this.overdue--);
  }

  private count(errors: readonly ErrorEvent[], ids: readonly string[]): void {
    const { events, onStored } = this.dependencies;
    const stored = new Set(ids);
    events.storeWorked();
    for (const error of errors) {
      if (stored.has(error.id)) events.errorEventStored(error.service, error.severity, error.class);
    }
    if (stored.size > 0) onStored();
  }
}
