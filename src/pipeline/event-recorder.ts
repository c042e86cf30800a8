import type { ErrorEvent } from '../errors/error-event.ts';
import type { Failure } from '../errors/failure.ts';
import type { ErrorPolicy } from '../errors/policy.ts';
import { EventSampler } from '../issues/event-sampler.ts';
import { issueId } from '../issues/identity.ts';
import type { CountedEvent, IssueStore } from '../issues/issue-store.ts';
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
  policy: ErrorPolicy;
  issues: Pick<IssueStore, 'record'>;
  events: Events;
  /** Called when stored events may be news to alerting. */
  onStored: () => void;
  /** Called when they could not be stored, or not in time. */
  onFailed?: () => void;
}

/** Events that are stored in one transaction, at the most. */
const mostTogether = 200;
/** Between two transactions passes so many times what the last one took, but not more than so many milliseconds. */
const restTimes = 10;
const mostRestMillis = 5;

/** Of an event that is only counted: for the store, and for the counter of events. */
type Counted = CountedEvent & Pick<ErrorEvent, 'service' | 'severity' | 'class'>;

interface Waiting {
  whole: readonly ErrorEvent[];
  counted: readonly Counted[];
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
  private readonly sampler = new EventSampler();
  private isAtWork = false;
  /** By the monotonic clock. */
  private restsUntil = Number.NEGATIVE_INFINITY;
  /** Calls that have waited for too long. */
  private overdue = 0;

  constructor(dependencies: EventRecorderDependencies) {
    this.dependencies = dependencies;
  }

  /** @throws StoreUnavailable; they may be stored all the same, and are then known when they are sent again */
  async record(failures: readonly Failure[]): Promise<void> {
    const { clock, events, policy } = this.dependencies;
    if (this.overdue > 0) throw new StoreUnavailable('the store does not answer');
    const judged = policy.judge(failures);
    if (judged.length === 0) return;
    // Now, and not when it is stored: in a storm there is no room to keep all that is known of each.
    const recording = this.enqueue(this.sample(judged));
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

  private enqueue(sample: Pick<Waiting, 'whole' | 'counted'>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...sample, resolve, reject });
      if (!this.isAtWork) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.isAtWork = true;
    while (this.waiting.length > 0) {
      const restMillis = this.restsUntil - this.dependencies.clock.monotonic();
      if (restMillis > 0) await this.pause(restMillis);
      await this.storeNext();
    }
    this.isAtWork = false;
  }

  private pause(millis: number): Promise<void> {
    return new Promise((resolve) => this.dependencies.clock.after(millis, resolve));
  }

  private async storeNext(): Promise<void> {
    const { clock } = this.dependencies;
    const group = this.nextGroup();
    const beganAt = clock.monotonic();
    try {
      await this.store(group);
    } catch (reason) {
      await this.storeEach(group, reason);
    }
    const now = clock.monotonic();
    this.restsUntil = now + Math.min((now - beganAt) * restTimes, mostRestMillis);
  }

  /** One that is alone, however large, and else as many as fit. */
  private nextGroup(): Waiting[] {
    let events = 0;
    let length = 0;
    for (const { whole, counted } of this.waiting) {
      events += whole.length + counted.length;
      if (length > 0 && events > mostTogether) break;
      length++;
    }
    return this.waiting.splice(0, length);
  }

  private async store(group: readonly Waiting[]): Promise<void> {
    const { clock, issues, events, onStored } = this.dependencies;
    const whole = group.flatMap((each) => each.whole);
    const counted = group.flatMap((each) => each.counted);
    try {
      const stored = new Set(await issues.record(whole, clock.now(), counted));
      const hasNews = stored.size > 0;
      for (const event of whole) if (stored.has(event.id)) this.sampler.stored(issueOf(event));
      this.countStored(whole, stored);
      this.countStored(counted, stored);
      events.storeWorked();
      if (hasNews) onStored();
    } catch (error) {
      this.sampler.forget();
      throw error;
    }
    for (const { resolve } of group) resolve();
  }

  private sample(failures: readonly Failure[]): Pick<Waiting, 'whole' | 'counted'> {
    const { clock, policy } = this.dependencies;
    const now = clock.monotonic();
    const whole: ErrorEvent[] = [];
    const counted: Counted[] = [];
    for (const failure of failures) {
      const issue = issueOf(failure);
      if (this.sampler.keeps(issue, failure, now, policy.keptPerMinute))
        whole.push(policy.redact(failure.describe()));
      else counted.push(countedEvent(failure, issue));
    }
    return { whole, counted };
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

  private countStored(
    errors: readonly Pick<ErrorEvent, 'id' | 'service' | 'severity' | 'class'>[],
    stored: Set<string>,
  ): void {
    for (const error of errors) {
      // Two of them may be one.
      if (stored.delete(error.id))
        this.dependencies.events.errorEventStored(error.service, error.severity, error.class);
    }
  }
}

function issueOf({ service, environment, fingerprint }: Failure | ErrorEvent): string {
  return issueId(service, environment, fingerprint);
}

function countedEvent(failure: Failure, issue: string): Counted {
  const { id, otherId, time, version, traceId, service, severity } = failure;
  return { id, otherId, time, version, traceId, issueId: issue, service, severity, class: failure.class };
}
