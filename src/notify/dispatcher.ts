import type { Incident } from '../alerting/incident.ts';
import { isAboutNotifying } from '../conventions/own-failures.ts';
import type { Clock } from '../runtime/clock.ts';
import { WorkLoop } from '../runtime/work-loop.ts';
import type { Events, ReceiverFailure } from '../telemetry/events.ts';
import type { Budget } from './budget.ts';
import { Channel } from './channel.ts';
import { type CircumstanceStore, circumstancesOf } from './circumstances.ts';
import {
  type Delivery,
  outOfDigest,
  refusedPauseMillis,
  retryDelay,
  settle,
  throttleMillis,
} from './delivery.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { detectionDelayMillis } from './detection-delay.ts';
import { digestMessage } from './digest-message.ts';
import { incidentMessage } from './incident-message.ts';
import type { Links } from './links.ts';
import { newsSince } from './news.ts';
import type { Outcome, Receiver } from './receiver.ts';

/** Deliveries fetched at once; between two of them nothing is decided, so few keeps the worst first. */
const batchSize = 20;
/** Of how many incidents a digest says what they are. */
const mostInDigest = 5;
/** Nothing is sent while the store cannot note that it was. */
const storePauseMillis = 30_000;
/** A delivery that becomes due by the store's word is looked for at least this often. */
const longestSleepMillis = 30_000;
/** A receiver that failed so often in a row, which takes some minutes, is not only busy. */
const deadAfterFailures = 8;

export interface DispatcherDependencies {
  clock: Clock;
  store: DeliveryStore & CircumstanceStore;
  events: Events;
  /** 0 to 1. */
  random: () => number;
  /** Undefined: everything is told, as soon as it can be. */
  budget?: Budget;
  links: Links;
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
  private throttledUntil = 0;
  private failures = 0;
  /** When the first try was made of those that have failed in a row. */
  private failingSince: number | undefined;
  /** When something was taken for the last time. */
  private workedAt = 0;
  /** Notes in the store what came of the last try. */
  private unsettled: (() => Promise<void>) | undefined;
  /** Incidents that are not taken whatever becomes of others; each of them is in the store as well. */
  private readonly failByThemselves = new Set<string>();
  private problem: string | undefined;
  private verified = false;
  private readonly channel: Channel;
  /** What was told of the outage that goes on. */
  private readonly toldOf = new Set<ReceiverFailure>();

  constructor(receiver: Receiver, dependencies: DispatcherDependencies) {
    super(`dispatcher ${receiver.name}`, dependencies.clock, () => this.work());
    this.receiver = receiver;
    this.dependencies = dependencies;
    this.channel = new Channel(dependencies.budget);
    dependencies.events.receiverKnown(receiver.name);
  }

  /** Somebody says that it may work now: what it was put off for is forgotten, but not what the receiver asked for. */
  retry(): void {
    this.pausedUntil = Math.min(this.pausedUntil, this.throttledUntil);
    this.wake();
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
        const { name } = this.receiver;
        const mayPost = this.channel.mayPost(clock.now());
        const due = await store.dueDeliveries(name, clock.now(), batchSize, this.failingSince, mayPost);
        if (due.length === 0) {
          const digest = await this.showDigest(!mayPost);
          if (digest === 'shown') continue;
          return await this.sleepMillis(mayPost, digest);
        }
        for (const delivery of due) {
          if (this.isStopping || this.pausedUntil > clock.monotonic()) break;
          if (delivery.shownRevision === 0 && !this.channel.mayPost(clock.now())) break;
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
    await this.unsettled();
    this.unsettled = undefined;
  }

  /** @param atMost milliseconds, if there is something to do by then that is no delivery */
  private async sleepMillis(mayPost: boolean, atMost: number = longestSleepMillis): Promise<number> {
    const { clock, store } = this.dependencies;
    const next = (await store.nextDueAt(this.receiver.name, mayPost)) ?? Infinity;
    return Math.max(1, Math.min(longestSleepMillis, atMost, next - clock.now()));
  }

  /**
   * Tells in one message of what has none of its own.
   * @param isOver whether the budget is used up: then all that waits belongs to it
   * @returns milliseconds until it may be shown, if it may not be yet; undefined if there is nothing to show
   */
  private async showDigest(isOver: boolean): Promise<'shown' | number | undefined> {
    const { channel, receiver } = this;
    const { clock, store, events } = this.dependencies;
    if (!channel.hasBudget) return undefined;
    const { count, worst } = await store.heldDeliveries(receiver.name, isOver, mostInDigest);
    if (count === 0) return undefined;
    const now = clock.now();
    const rests = channel.digestRestsMillis(now, receiver.canEdit);
    if (rests > 0) return rests;
    const before = channel.digest(now);
    const told = { count: count + (before?.count ?? 0), since: before?.since ?? now, worst };
    const shown = receiver.canEdit ? before?.reference : undefined;
    const outcome = await receiver.notify(digestMessage(told, now), shown, this.abortSignal);
    if (this.abortSignal.aborted && outcome.kind === 'failed') return undefined;
    events.notified(receiver.name, outcome.kind);
    if (outcome.kind === 'delivered' || outcome.kind === 'rejected') {
      const reference = outcome.kind === 'delivered' ? (outcome.reference ?? shown) : undefined;
      const state = channel.withDigest(count, reference, now);
      this.unsettled = async () => {
        await store.settleHeld(receiver.name, state);
        channel.adopt(state);
      };
      await this.settleLast();
      this.recover();
    } else if (outcome.kind === 'gone' && shown !== undefined) channel.digestGone();
    else this.pauseFor(outcome);
    return 'shown';
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
      if (this.channel.hasBudget)
        this.channel.begin(await dependencies.store.readChannel(receiver.name), dependencies.clock.now());
      return true;
    }
    this.pauseFor(obstacle);
    return false;
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const { clock, store, events, random } = this.dependencies;
    const { incident } = delivery;
    const hasShownState = delivery.shownRevision >= incident.stateRevision;
    if (delivery.inDigest && !hasShownState && incident.state === 'firing')
      return store.settleDelivery(outOfDigest(delivery, clock.now()));
    // Of what was told in a digest nobody has a message that could go on.
    if (
      (hasShownState || delivery.inDigest) &&
      (!this.receiver.canEdit || delivery.reference === undefined)
    ) {
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
    const settlement = settle(delivery, outcome, clock.now(), random());
    this.unsettled = () => store.settleDelivery(settlement);
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
    if (delivery.shownRevision === 0 || this.isLoud(delivery)) await this.spend();
    if (delivery.shownRevision > 0 || delivery.reposts > 0) return;
    const delayMillis = detectionDelayMillis(incident, clock.now());
    events.incidentTold(`${incident.key} ${incident.startsAt}`, incident.issue.service, delayMillis);
  }

  private async show(delivery: Delivery): Promise<Outcome> {
    const { clock, store, links } = this.dependencies;
    const { incident, reference, shownRevision } = delivery;
    await store.claimDelivery(this.receiver.name, incident.key, clock.now());
    const circumstances = await circumstancesOf(store, incident.issue.id, clock.now());
    const message = incidentMessage(incident, shownRevision, circumstances, links);
    // Over the budget, what is news stands in the message and its thread, and disturbs nobody.
    const news = this.channel.mayPost(clock.now())
      ? message.news
      : message.news.map((each) => ({ ...each, isLoud: false }));
    return this.receiver.notify({ ...message, news }, reference, this.abortSignal);
  }

  private isLoud({ incident, shownRevision }: Delivery): boolean {
    return newsSince(incident, shownRevision).some(({ isLoud }) => isLoud);
  }

  private async spend(): Promise<void> {
    const state = this.channel.spend(this.dependencies.clock.now());
    if (state !== undefined) await this.dependencies.store.keepChannel(this.receiver.name, state);
  }

  private pauseFor(outcome: Exclude<Outcome, { kind: 'delivered' }>, incident?: Incident): void {
    const { clock, events, random } = this.dependencies;
    const { name, description } = this.receiver;
    const isNews = incident === undefined || !isAboutNotifying(incident.issue);
    switch (outcome.kind) {
      case 'throttled':
        this.throttledUntil = this.pausedUntil = clock.monotonic() + throttleMillis(outcome);
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
