import type { Incident } from '../alerting/incident.ts';
import { isAboutNotifying } from '../conventions/own-failures.ts';
import type { Clock } from '../runtime/clock.ts';
import { WorkLoop } from '../runtime/work-loop.ts';
import type { Events, ReceiverFailure } from '../telemetry/events.ts';
import {
  type Delivery,
  refusedPauseMillis,
  retryDelay,
  type Settlement,
  settle,
  throttleMillis,
} from './delivery.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { detectionDelayMillis } from './detection-delay.ts';
import { incidentMessage } from './incident-message.ts';
import type { Outcome, Receiver } from './receiver.ts';

/** Deliveries fetched at once; between two of them nothing is decided, so few keeps the worst first. */
const batchSize = 20;
/** Nothing is sent while the store cannot note that it was. */
const storePauseMillis = 30_000;
/** A delivery that becomes due by the store's word is looked for at least this often. */
const longestSleepMillis = 30_000;
/** A receiver that failed so often in a row, which takes some minutes, is not only busy. */
const deadAfterFailures = 8;

export interface DispatcherDependencies {
  clock: Clock;
  store: DeliveryStore;
  events: Events;
  /** 0 to 1. */
  random: () => number;
}

export interface ReceiverHealth {
  receiver: string;
  /** Undefined while it works, as far as is known. */
  problem: string | undefined;
}

/**
 * Brings what one receiver shows into agreement with what it should show, one delivery after the other. A failed try pauses
 * the receiver as a whole, since what failed for one message most often fails for the next, and chats count each try.
 */
export class Dispatcher extends WorkLoop {
  private readonly receiver: Receiver;
  private readonly dependencies: DispatcherDependencies;
  /** By the monotonic clock: the machine's may be set. */
  private pausedUntil = 0;
  private failures = 0;
  /** When the first try was made of those that have failed in a row. */
  private failingSince: number | undefined;
  /** When something was taken for the last time. */
  private workedAt = 0;
  private unsettled: Settlement | undefined;
  /** Incidents that are not taken whatever becomes of others; each of them is in the store as well. */
  private readonly failByThemselves = new Set<string>();
  private problem: string | undefined;
  private verified = false;
  /** What was told of the outage that goes on. */
  private readonly toldOf = new Set<ReceiverFailure>();

  constructor(receiver: Receiver, dependencies: DispatcherDependencies) {
    super(`dispatcher ${receiver.name}`, dependencies.clock, () => this.work());
    this.receiver = receiver;
    this.dependencies = dependencies;
    dependencies.events.receiverKnown(receiver.name);
  }

  get health(): ReceiverHealth {
    return { receiver: this.receiver.name, problem: this.problem };
  }

  /** @returns for how long there is nothing to do */
  private async work(): Promise<number> {
    const { clock, store, events } = this.dependencies;
    try {
      while (!this.isStopping) {
        const pause = this.pausedUntil - clock.monotonic();
        if (pause > 0) return pause;
        await this.settleLast();
        if (!this.verified && !(await this.verify())) continue;
        const due = await store.dueDeliveries(this.receiver.name, clock.now(), batchSize, this.failingSince);
        if (due.length === 0) return await this.sleepMillis();
        for (const delivery of due) {
          if (this.isStopping || this.pausedUntil > clock.monotonic()) break;
          await this.deliver(delivery);
        }
      }
      return longestSleepMillis;
    } catch (error) {
      events.dispatchFailed(this.receiver.name, error);
      this.pausedUntil = clock.monotonic() + storePauseMillis;
      return storePauseMillis;
    }
  }

  /** Notes what came of the last try, before there is another: nobody is to be told twice because the store was ill. */
  private async settleLast(): Promise<void> {
    if (this.unsettled === undefined) return;
    await this.dependencies.store.settleDelivery(this.unsettled);
    this.unsettled = undefined;
  }

  private async sleepMillis(): Promise<number> {
    const { clock, store } = this.dependencies;
    const next = await store.nextDueAt(this.receiver.name);
    return next === undefined
      ? longestSleepMillis
      : Math.min(longestSleepMillis, Math.max(1, next - clock.now()));
  }

  /** A wrong set-up is told when Tocsin starts, not when the first failure finds nobody to tell. */
  private async verify(): Promise<boolean> {
    const { receiver, dependencies } = this;
    const obstacle = await receiver.verify(this.abortSignal);
    if (this.abortSignal.aborted) return false;
    if (obstacle === undefined) {
      this.verified = true;
      this.problem = undefined;
      this.failures = 0;
      dependencies.events.receiverWorks(receiver.name, receiver.description);
      // A restart is how people say that they have mended something.
      await dependencies.store.forgetPauses(receiver.name);
      return true;
    }
    this.pauseFor(obstacle);
    return false;
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const { clock, store, events, random } = this.dependencies;
    const { incident } = delivery;
    const hasShownState = delivery.shownRevision >= incident.stateRevision;
    if (hasShownState && (!this.receiver.canEdit || delivery.reference === undefined)) {
      // Only changes of state are news where nothing can be edited. Nothing was sent, so nothing was learnt of the receiver.
      await store.settleDelivery(
        settle(delivery, { kind: 'delivered', reference: undefined }, clock.now(), 0),
      );
      return;
    }
    const triedAt = clock.now();
    const outcome = await this.show(delivery);
    // Not the receiver's fault; it is tried again after the restart.
    if (this.abortSignal.aborted && outcome.kind === 'failed') return;
    this.unsettled = settle(delivery, outcome, clock.now(), random());
    await this.settleLast();
    events.notified(this.receiver.name, outcome.kind);
    if (outcome.kind === 'failed' || outcome.kind === 'refused') {
      this.failingSince ??= triedAt;
      // Others were taken since it failed before: it is about this one, and the others need not wait.
      if (delivery.failures > 0 && this.workedAt >= delivery.triedAt) this.failByThemselves.add(incident.key);
      if (this.failByThemselves.has(incident.key)) return;
    }
    if (outcome.kind !== 'delivered') return this.pauseFor(outcome, incident);
    this.failByThemselves.delete(incident.key);
    this.recover();
    if (delivery.shownRevision > 0 || delivery.reposts > 0) return;
    const delayMillis = detectionDelayMillis(incident, clock.now());
    events.incidentTold(`${incident.key} ${incident.startsAt}`, incident.issue.service, delayMillis);
  }

  private async show(delivery: Delivery): Promise<Outcome> {
    const { clock, store } = this.dependencies;
    const { incident, reference, shownRevision } = delivery;
    await store.claimDelivery(this.receiver.name, incident.key, clock.now());
    return this.receiver.notify(incidentMessage(incident, shownRevision), reference, this.abortSignal);
  }

  private pauseFor(outcome: Exclude<Outcome, { kind: 'delivered' }>, incident?: Incident): void {
    const { clock, events, random } = this.dependencies;
    const { name, description } = this.receiver;
    const isNews = incident === undefined || !isAboutNotifying(incident.issue);
    switch (outcome.kind) {
      case 'throttled':
        this.pausedUntil = clock.monotonic() + throttleMillis(outcome);
        return;
      case 'failed':
        if (this.failures === 0) events.receiverFailing(name, description, outcome.reason);
        this.problem = outcome.reason;
        this.pausedUntil = clock.monotonic() + retryDelay(this.failures++, random());
        if (isNews)
          this.tellOf(this.failures < deadAfterFailures ? 'ReceiverFailing' : 'ReceiverDead', outcome.reason);
        return;
      case 'refused':
        this.problem = outcome.reason;
        this.pausedUntil = clock.monotonic() + refusedPauseMillis;
        events.receiverRefused(name, description, outcome.reason, outcome.remedy);
        if (isNews) this.tellOf('ReceiverRefused', `${outcome.reason}. ${outcome.remedy}`);
        return;
      case 'rejected':
        events.messageRejected(name, incident?.key ?? '', outcome.reason, isNews);
        return;
      case 'gone':
        // About that one message, which is posted anew.
        return;
    }
  }

  private tellOf(kind: ReceiverFailure, reason: string): void {
    if (this.toldOf.has(kind)) return;
    this.toldOf.add(kind);
    const { name, description } = this.receiver;
    this.dependencies.events.receiverOut(kind, name, description, reason);
  }

  private recover(): void {
    this.toldOf.clear();
    this.failingSince = undefined;
    this.workedAt = this.dependencies.clock.now();
    if (this.problem !== undefined)
      this.dependencies.events.receiverWorks(this.receiver.name, this.receiver.description);
    this.failures = 0;
    this.problem = undefined;
  }
}
