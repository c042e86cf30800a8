import type { ErrorEvent } from '../../errors/error-event.ts';
import type { Amendment, CountedEvent, IssueStore } from '../../issues/issue-store.ts';
import type { Clock } from '../../runtime/clock.ts';

/** Events that are stored in one transaction, at the most. */
const mostTogether = 200;
/** Between two transactions passes so many times what the last one took, but not more than so many milliseconds. */
const restTimes = 10;
const mostRestMillis = 5;
/** After amendments could not be stored. */
const retryMillis = 1000;

/** Of events whose store does not answer. Beyond it what is learnt is lost, but for what a start settles. */
const mostAmendments = 50_000;

/** Events that are stored all or none. */
export interface EventBatch {
  whole: readonly ErrorEvent[];
  counted: readonly CountedEvent[];
  /** Told of the ids that were new, before any other batch is stored. */
  stored: (ids: Set<string>) => void;
}

interface Waiting extends EventBatch {
  resolve: () => void;
  reject: (reason: unknown) => void;
}

export interface StoreQueueDependencies {
  clock: Clock;
  issues: Pick<IssueStore, 'record'>;
  /** Called after each transaction. @param isNews whether it stored anything that was not there */
  onStored: (isNews: boolean) => void;
  /** Called after one that failed. */
  onFailed: () => void;
}

/**
 * Hands events to the store, in their order. What comes while it is at work goes into the next transaction together, since it is the
 * transactions that cost.
 */
export class StoreQueue {
  private readonly dependencies: StoreQueueDependencies;
  private readonly waiting: Waiting[] = [];
  /** Go with the next transaction. */
  private readonly amendments = new Map<string, Amendment>();
  /** After one could not be stored; by the monotonic clock. */
  private amendsAt = Number.NEGATIVE_INFINITY;
  private working: Promise<void> | undefined;
  /** By the monotonic clock. */
  private restsUntil = Number.NEGATIVE_INFINITY;

  constructor(dependencies: StoreQueueDependencies) {
    this.dependencies = dependencies;
  }

  /** @throws whatever the store throws */
  add(batch: EventBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...batch, resolve, reject });
      this.wake();
    });
  }

  /** Of an event that is stored. Tried until it is taken. */
  amend(amendment: Amendment): void {
    const { eventId } = amendment;
    const before = this.amendments.get(eventId);
    if (before === undefined && this.amendments.size >= mostAmendments) return;
    this.amendments.set(eventId, { ...before, ...defined(amendment) });
    this.wake();
  }

  /** Settled when everything is stored, or could not be. */
  async drained(): Promise<void> {
    await this.working;
  }

  private wake(): void {
    // Without anything to do it would have ended before it is known to be at work, and so for ever.
    if (this.hasWork) this.working ??= this.work();
  }

  private get hasWork(): boolean {
    return this.waiting.length > 0 || this.hasAmendments;
  }

  private async work(): Promise<void> {
    while (this.hasWork) {
      const restMillis = this.restsUntil - this.dependencies.clock.monotonic();
      if (restMillis > 0) await this.pause(restMillis);
      await this.storeNext();
    }
    // At once: what comes from here on begins anew.
    this.working = undefined;
  }

  private get hasAmendments(): boolean {
    return this.amendments.size > 0 && this.dependencies.clock.monotonic() >= this.amendsAt;
  }

  private takeAmendments(): Amendment[] {
    if (!this.hasAmendments) return [];
    const taken = [...this.amendments.values()].slice(0, mostTogether);
    for (const { eventId } of taken) this.amendments.delete(eventId);
    return taken;
  }

  /** Events do not wait for what may never be taken. */
  private putBack(amendments: readonly Amendment[]): void {
    if (amendments.length === 0) return;
    for (const amendment of amendments)
      this.amendments.set(amendment.eventId, { ...amendment, ...this.amendments.get(amendment.eventId) });
    const { clock } = this.dependencies;
    this.amendsAt = clock.monotonic() + retryMillis;
    clock.after(retryMillis, () => this.wake());
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
    const { clock, issues, onStored, onFailed } = this.dependencies;
    const whole = group.flatMap((each) => each.whole);
    const counted = group.flatMap((each) => each.counted);
    const amendments = this.takeAmendments();
    try {
      const ids = new Set(await issues.record(whole, clock.now(), counted, amendments));
      const isNews = ids.size + amendments.length > 0;
      for (const each of group) each.stored(ids);
      onStored(isNews);
    } catch (error) {
      this.putBack(amendments);
      onFailed();
      throw error;
    }
    for (const { resolve } of group) resolve();
  }

  /** After the group failed: one that cannot be stored must not keep others from it. */
  private async storeEach(group: readonly Waiting[], reason: unknown): Promise<void> {
    for (const each of group) {
      if (group.length === 1) each.reject(reason);
      else await this.store([each]).catch(each.reject);
    }
  }
}

function defined(amendment: Amendment): Amendment {
  const entries = Object.entries(amendment).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as Amendment;
}
