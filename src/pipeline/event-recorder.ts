import type { ErrorEvent } from '../errors/error-event.ts';
import type { IssueStore } from '../issues/issue-store.ts';
import type { Clock } from '../runtime/clock.ts';
import { withinDeadline } from '../runtime/deadline.ts';
import { nextTurn } from '../runtime/next-turn.ts';
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

/** Events that are stored in one transaction, at the most. */
const mostTogether = 200;
/** Turns of the event loop, and milliseconds, that a transaction waits for more. */
const mostTurns = 8;
const mostGatheringMillis = 10;

interface Waiting {
  errors: readonly ErrorEvent[];
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/**
 * Stores error events, and counts each when it is stored. What comes while the store is at work goes into the next transaction
 * together, since it is the transactions that cost; a store that does not answer is not asked for more.
 */
export class EventRecorder {
  private readonly dependencies: EventRecorderDependencies;
  private readonly waiting: Waiting[] = [];
  private isAtWork = false;
  /** Calls that have waited for too long. */
  private overdue = 0;

  constructor(dependencies: EventRecorderDependencies) {
    this.dependencies = dependencies;
  }

  /** @throws StoreUnavailable; they may be stored all the same, and are then known when they are sent again */
  async record(errors: readonly ErrorEvent[]): Promise<void> {
    const { clock, events } = this.dependencies;
    if (this.overdue > 0) throw new StoreUnavailable('the store does not answer');
    const recording = this.enqueue(errors);
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

  private enqueue(errors: readonly ErrorEvent[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ errors, resolve, reject });
      if (!this.isAtWork) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.isAtWork = true;
    for (let group = this.nextGroup(); group.length > 0; group = this.nextGroup()) {
      try {
        await this.store(group);
      } catch (reason) {
        await this.storeEach(group, reason);
      }
      if (this.waiting.length > 0) await this.gather();
    }
    this.isAtWork = false;
  }

  /** Where several came during one transaction, the next are a turn of the event loop away. */
  private async gather(): Promise<void> {
    const { clock } = this.dependencies;
    const until = clock.monotonic() + mostGatheringMillis;
    for (let turn = 0; turn < mostTurns && clock.monotonic() < until; turn++) {
      const { length } = this.waiting;
      await nextTurn();
      if (this.waiting.length === length) return;
    }
  }

  /** One that is alone, however large, and else as many as fit. */
  private nextGroup(): Waiting[] {
    let events = 0;
    let length = 0;
    for (const { errors } of this.waiting) {
      events += errors.length;
      if (length > 0 && events > mostTogether) break;
      length++;
    }
    return this.waiting.splice(0, length);
  }

  private async store(group: readonly Waiting[]): Promise<void> {
    const { clock, issues } = this.dependencies;
    const errors = group.flatMap((each) => each.errors);
    this.count(errors, await issues.record(errors, clock.now()));
    for (const { resolve } of group) resolve();
  }

  /** After the group failed: one that cannot be stored must not keep others from it. */
  private async storeEach(group: readonly Waiting[], reason: unknown): Promise<void> {
    for (const each of group) {
      if (group.length === 1) each.reject(reason);
      else await this.store([each]).catch(each.reject);
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
