import type { Clock } from '../runtime/clock.ts';
import { WorkLoop } from '../runtime/work-loop.ts';
import type { Events } from '../telemetry/events.ts';
import type { Budget } from './budget.ts';
import { Channel } from './channel.ts';
import { type CircumstanceStore, circumstancesOf } from './circumstances.ts';
import { type Delivery, outOfDigest, settle } from './delivery.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { detectionDelayMillis } from './detection-delay.ts';
import { DigestTeller } from './digest-teller.ts';
import { incidentMessage } from './incident-message.ts';
import type { Links } from './links.ts';
import { newsSince } from './news.ts';
import { Outage } from './outage.ts';
import type { Outcome, Receiver } from './receiver.ts';

/** Deliveries fetched at once; between two of them nothing is decided, so few keeps the worst first. */
const batchSize = 20;
/** Nothing is sent while the store cannot note that it was. */
const storePauseMillis = 30_000;
/** A delivery that becomes due by the store's word is looked for at least this often. */
const longestSleepMillis = 30_000;

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
  private readonly outage: Outage;
  private readonly channel: Channel;
  private readonly digests: DigestTeller;
  /** When the first try was made of those that have failed in a row. */
  private failingSince: number | undefined;
  /** When something was taken for the last time. */
  private workedAt = 0;
  /** Notes in the store what came of the last try. */
  private unsettled: (() => Promise<void>) | undefined;
  /** Incidents that are not taken whatever becomes of others; each of them is in the store as well. */
  private readonly failByThemselves = new Set<string>();
  private verified = false;

  constructor(receiver: Receiver, dependencies: DispatcherDependencies) {
    super(`dispatcher ${receiver.name}`, dependencies.clock, () => this.work());
    this.receiver = receiver;
    this.dependencies = dependencies;
    this.outage = new Outage(receiver, dependencies);
    this.channel = new Channel(dependencies.budget);
    this.digests = new DigestTeller({ ...dependencies, receiver, channel: this.channel });
    dependencies.events.receiverKnown(receiver.name);
  }

  /** Somebody says that it may work now: what it was put off for is forgotten, but not what the receiver asked for. */
  retry(): void {
    this.outage.tryNow();
    this.wake();
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.receiver.close?.();
  }

  get health(): ReceiverHealth {
    return { receiver: this.receiver.name, problem: this.outage.problem };
  }

  /** @returns for how long there is nothing to do */
  private async work(): Promise<number> {
    const { clock, store, events } = this.dependencies;
    try {
      while (!this.isStopping) {
        const pause = this.outage.pauseMillis;
        if (pause > 0) return pause;
        await this.settleLast();
        if (!this.verified && !(await this.verify())) continue;
        const { name } = this.receiver;
        const mayPost = this.channel.mayPost(clock.now());
        const due = await store.dueDeliveries(name, clock.now(), batchSize, this.failingSince, mayPost);
        if (due.length === 0) {
          const digest = await this.showDigest(!mayPost);
          if (digest === 'tried') continue;
          return await this.sleepMillis(mayPost, digest);
        }
        for (const delivery of due) {
          if (this.isStopping || this.outage.pauseMillis > 0) break;
          if (delivery.shownRevision === 0 && !this.channel.mayPost(clock.now())) break;
          await this.deliver(delivery);
        }
      }
      return longestSleepMillis;
    } catch (error) {
      events.dispatchFailed(this.receiver.name, error);
      this.outage.pause(storePauseMillis);
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

  /** @returns milliseconds until there is something to show; undefined if nothing is known of */
  private async showDigest(isOver: boolean): Promise<'tried' | number | undefined> {
    const { store, events } = this.dependencies;
    const { channel, receiver } = this;
    const tried = await this.digests.show(isOver, this.abortSignal);
    if (tried === undefined || typeof tried === 'number') return tried;
    const { outcome } = tried;
    if (this.abortSignal.aborted && outcome.kind === 'failed') return undefined;
    events.notified(receiver.name, outcome.kind);
    if (outcome.kind !== 'delivered') this.outage.after(outcome);
    if (outcome.kind !== 'delivered' && outcome.kind !== 'rejected') return 'tried';
    const state = tried.state(outcome);
    this.unsettled = async () => {
      await store.settleHeld(receiver.name, state);
      channel.adopt(state);
    };
    await this.settleLast();
    if (outcome.kind === 'delivered') this.recover(outcome.problem);
    return 'tried';
  }

  /** A wrong set-up is told when Tocsin starts, not when the first failure finds nobody to tell. */
  private async verify(): Promise<boolean> {
    const { receiver, dependencies } = this;
    const obstacle = await receiver.verify(this.abortSignal);
    if (this.abortSignal.aborted) return false;
    if (obstacle === undefined) {
      // A restart is how people say that they have mended something.
      await dependencies.store.forgetPauses(receiver.name);
      if (this.channel.hasBudget)
        this.channel.begin(await dependencies.store.readChannel(receiver.name), dependencies.clock.now());
      // Not before its budget is known: a store that failed meanwhile is asked again.
      this.verified = true;
      this.outage.verified();
      return true;
    }
    this.outage.after(obstacle);
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
    if (outcome === undefined) return;
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
    if (outcome.kind !== 'delivered') return this.outage.after(outcome, incident);
    this.failByThemselves.delete(incident.key);
    this.recover(outcome.problem);
    if (delivery.shownRevision === 0 || this.isLoud(delivery)) await this.spend();
    if (delivery.shownRevision > 0 || delivery.reposts > 0) return;
    // It was held back, or its receiver came later: no delay of ours.
    if (delivery.wantedSince > incident.startsAt) return;
    if (incident.issue === undefined) return;
    const delayMillis = detectionDelayMillis(incident, clock.now());
    events.incidentTold(`${incident.key} ${incident.startsAt}`, incident.issue.service, delayMillis);
  }

  /** Undefined if it has been put off since it was fetched. */
  private async show(delivery: Delivery): Promise<Outcome | undefined> {
    const { clock, store, links } = this.dependencies;
    const { incident, reference, shownRevision } = delivery;
    if (!(await store.claimDelivery(this.receiver.name, incident.key, clock.now()))) return undefined;
    const circumstances = await circumstancesOf(store, incident, clock.now());
    const message = incidentMessage(incident, shownRevision, circumstances, links);
    // Over the budget, what is news stands in the message and its thread, and disturbs nobody.
    const news = this.channel.mayPost(clock.now())
      ? message.news
      : message.news.map((each) => ({ ...each, isLoud: false }));
    return this.receiver.notify({ ...message, news }, reference, this.abortSignal);
  }

  private isLoud({ incident, shownRevision }: Delivery): boolean {
    return incident.issue !== undefined && newsSince(incident, shownRevision).some(({ isLoud }) => isLoud);
  }

  private async spend(): Promise<void> {
    const state = this.channel.spend(this.dependencies.clock.now());
    if (state !== undefined) await this.dependencies.store.keepChannel(this.receiver.name, state);
  }

  /** @param problem that remains */
  private recover(problem: string | undefined): void {
    this.outage.end(problem);
    this.failingSince = undefined;
    this.workedAt = this.dependencies.clock.now();
  }
}
