import type { ErrorEvent, Swallowed } from '../../errors/error-event.ts';
import { atPossibleTime, type WrongTime, wrongTime } from '../../errors/event-time.ts';
import { type Failure, severityBy } from '../../errors/failure.ts';
import type { ErrorPolicy } from '../../errors/policy.ts';
import { hashOfText, podHash } from '../../issues/distinct-count.ts';
import { EventSampler } from '../../issues/event-sampler.ts';
import { issueOf } from '../../issues/identity.ts';
import type { Amendment, CountedEvent, IssueStore } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';
import { withinDeadline } from '../../runtime/deadline.ts';
import type { Events } from '../../telemetry/events.ts';
import { StoreQueue } from './store-queue.ts';
import type { Settled, TrackedEvent, TrackedFacts } from './tracked-event.ts';

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

/** A failure as `EventRecorder.judge` made it, and the one who wants to hear what becomes of its event. */
export interface Tracked {
  failure: Failure;
  event?: TrackedEvent;
}

/** What must be known of an event when it is stored. */
interface OnItsWay extends TrackedFacts {
  /** Why it is not the one that was said. */
  wrongTime: WrongTime | undefined;
  swallowed: Swallowed | undefined;
  tracked: TrackedEvent | undefined;
}

/**
 * Stores error events, and counts each when it is stored: what the user's rules make of them, and of a storm a sample. A store that does
 * not answer is not asked for more.
 */
export class EventRecorder {
  private readonly dependencies: EventRecorderDependencies;
  private readonly queue: StoreQueue;
  private readonly sampler = new EventSampler();
  /** Calls that have waited for too long. */
  private overdue = 0;

  constructor(dependencies: EventRecorderDependencies) {
    this.dependencies = dependencies;
    const { clock, issues, events, onStored } = dependencies;
    this.queue = new StoreQueue({
      clock,
      issues,
      onStored: (isNews) => {
        events.storeWorked();
        if (isNews) onStored();
      },
      // What was kept may not have been stored: the next event of each issue is kept again.
      onFailed: () => this.sampler.forget(),
    });
  }

  /** @throws StoreUnavailable; they may be stored all the same, and are then known when they are sent again */
  record(tracked: readonly Tracked[]): Promise<void> {
    if (this.overdue > 0) {
      for (const { event } of tracked) event?.lost();
      return Promise.reject(new StoreUnavailable('the store does not answer'));
    }
    // Now, and not when it is stored: in a storm there is no room to keep all that is known of each.
    const recording = this.enqueue(tracked);
    return recording === undefined ? Promise.resolve() : this.inTime(recording);
  }

  private async inTime(recording: Promise<void>): Promise<void> {
    const { clock, events } = this.dependencies;
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

  /** As the user's rules see it, before it is recorded, and at a time that can be; undefined if it becomes no event. */
  judge(failure: Failure): Failure | undefined {
    const { clock, policy } = this.dependencies;
    return policy.judge(atPossibleTime(failure, clock.now()));
  }

  /** See `ErrorPolicy`. */
  get playsDown(): boolean {
    return this.dependencies.policy.playsDown;
  }

  /** It is known what became of the failure of an event that is stored. */
  settled(facts: TrackedFacts, { outcome, operation, dependency }: Settled): void {
    const severity = severityBy(facts, outcome);
    const { events } = this.dependencies;
    const isHeld = facts.held !== undefined;
    const isLearnt = isHeld || severity !== facts.severity;
    const isSwallowed = outcome === 'swallowed' && severity !== 'low' && !facts.expected;
    const where = isSwallowed
      ? this.dependencies.policy.redactSwallowed({ operation, dependency })
      : undefined;
    if (isHeld) events.failures.stored(facts.service, severity, facts.class);
    if (where !== undefined) events.failures.swallowed(facts.service, where);
    if (!isLearnt && !isSwallowed) return;
    const isNews = this.sampler.settles(facts.issueId, severity, isSwallowed);
    if (!facts.isWhole && !isNews) return;
    this.queue.amend({
      eventId: facts.id,
      issueId: facts.issueId,
      severity: isLearnt ? severity : undefined,
      swallowed: where,
      isHeld: isHeld && facts.isWhole,
    });
  }

  /** It is known why what a stored event tells of failed. @param likelyCause see `causeText` */
  explained({ eventId, issueId }: Pick<Amendment, 'eventId' | 'issueId'>, likelyCause: string): void {
    const { policy } = this.dependencies;
    this.queue.amend({ eventId, issueId, likelyCause: policy.redactCause(likelyCause) });
  }

  /** Waits for what is on its way, for as long as a request would. */
  async drained(): Promise<void> {
    await withinDeadline(this.queue.drained(), deadlineMillis, this.dependencies.clock).catch(
      () => undefined,
    );
  }

  private enqueue(tracked: readonly Tracked[]): Promise<void> | undefined {
    const { clock, policy } = this.dependencies;
    const now = clock.monotonic();
    const whole: ErrorEvent[] = [];
    const counted: CountedEvent[] = [];
    const onTheirWay: OnItsWay[] = [];
    for (const { failure, event } of tracked) {
      const issue = issueOf(failure);
      const keeping = this.sampler.keeps(issue, failure, now, policy.keptPerMinute);
      if (keeping === 'counted') counted.push(countedEvent(failure, issue));
      else whole.push(this.wholeEvent(failure, issue, keeping === 'with breadcrumbs'));
      onTheirWay.push(onItsWay({ failure, issueId: issue, isWhole: keeping !== 'counted' }, event));
    }
    if (onTheirWay.length === 0) return undefined;
    const recording = this.queue.add({ whole, counted, stored: (ids) => this.stored(onTheirWay, ids) });
    recording.catch(() => onTheirWay.forEach((each) => each.tracked?.lost()));
    return recording;
  }

  private wholeEvent(failure: Failure, issue: string, hasBreadcrumbs: boolean): ErrorEvent {
    const { policy } = this.dependencies;
    const event = failure.describe();
    const breadcrumbs = hasBreadcrumbs ? failure.breadcrumbs() : [];
    return {
      ...policy.redact(breadcrumbs.length === 0 ? event : { ...event, breadcrumbs }),
      userHash: userHash(failure),
      // Of use only where there may be no issue of this name yet.
      formerFingerprints: this.sampler.isStored(issue) ? undefined : failure.formerFingerprints(),
    };
  }

  private stored(onTheirWay: readonly OnItsWay[], ids: Set<string>): void {
    const { events, policy } = this.dependencies;
    for (const facts of onTheirWay) {
      const { tracked, swallowed, wrongTime: wrong } = facts;
      // Two of them may be one.
      if (!ids.delete(facts.id)) {
        tracked?.known(facts);
        continue;
      }
      this.sampler.stored(facts.issueId);
      if (facts.held === undefined) events.failures.stored(facts.service, facts.severity, facts.class);
      if (wrong !== undefined) events.failures.timeReplaced(facts.service, wrong);
      if (swallowed !== undefined)
        events.failures.swallowed(facts.service, policy.redactSwallowed(swallowed));
      tracked?.stored(facts);
    }
  }

  private waitFor(recording: Promise<void>): void {
    this.overdue++;
    recording.catch(() => undefined).finally(() => this.overdue--);
  }
}

function countedEvent(failure: Failure, issue: string): CountedEvent {
  const { id, otherId, time, version, traceId } = failure;
  const [user, pod] = [userHash(failure), podHash(failure)];
  return { id, otherId, time, version, traceId, issueId: issue, userHash: user, podHash: pod };
}

function userHash({ user }: Failure): number | undefined {
  return user === '' ? undefined : hashOfText(user);
}

function onItsWay(
  { failure, issueId: issue, isWhole }: { failure: Failure; issueId: string; isWhole: boolean },
  tracked: TrackedEvent | undefined,
): OnItsWay {
  const { id, service, severity, held, ifBecomes, expected, swallowed, time, reportedTime } = failure;
  return {
    id,
    issueId: issue,
    isWhole,
    service,
    severity,
    held,
    ifBecomes,
    class: failure.class,
    expected,
    swallowed,
    wrongTime: reportedTime === undefined ? undefined : wrongTime(reportedTime, time),
    tracked,
  };
}
