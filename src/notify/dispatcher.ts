import { WorkLoop } from '../runtime/work-loop.ts';
import { type Delivery, outOfDigest, type Settlement, settle } from './delivery.ts';
import { detectionDelayMillis } from './detection-delay.ts';
import { fallbackFor } from './fallback.ts';
import type { GroupNote } from './group-store.ts';
import type { GroupTry } from './group-teller.ts';
import type { Message } from './message.ts';
import { quietly } from './message-maker.ts';
import { type DispatcherDependencies, Mode } from './mode.ts';
import type { Outcome, Receiver } from './receiver.ts';
import { noteOfDigest, noteOfGroup, noteOfTry, skippedEntry } from './timeline.ts';

/** Deliveries fetched at once; between two of them nothing is decided, so few keeps the worst first. */
const batchSize = 20;
/** Nothing is sent while the store cannot note that it was. */
const storePauseMillis = 30_000;
/** A delivery that becomes due by the store's word is looked for at least this often. */
const longestSleepMillis = 30_000;

/** What the budget has room for. */
type Room = readonly [mayPost: boolean, mayRepeat: boolean];

/** A try, and what came of it. */
interface Shown {
  message: Message;
  outcome: Outcome;
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
  private mode: Mode;
  /** Whether nothing is to be sent from now on. */
  private isDryRun = false;
  /** Notes in the store what came of the last try. */
  private unsettled: (() => Promise<void>) | undefined;

  constructor(receiver: Receiver, dependencies: DispatcherDependencies) {
    super(`dispatcher ${receiver.name}`, dependencies.clock, () => this.work());
    this.receiver = receiver;
    this.dependencies = dependencies;
    this.mode = new Mode(false, receiver, dependencies);
    dependencies.events.receiverKnown(receiver.name);
  }

  /** @param isOn whether all is decided and noted from now on, and nothing is sent */
  dryRun(isOn: boolean): void {
    this.isDryRun = isOn;
    this.wake();
  }

  /** Somebody says that it may work now: what it was put off for is forgotten, but not what the receiver asked for. */
  retry(): void {
    this.mode.outage.tryNow();
    this.wake();
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.receiver.close?.();
  }

  get health(): ReceiverHealth {
    return { receiver: this.receiver.name, problem: this.mode.outage.problem };
  }

  /** @returns for how long there is nothing to do */
  private async work(): Promise<number> {
    const { clock, store, events } = this.dependencies;
    try {
      while (!this.isStopping) {
        if (this.isChanging) await this.changeMode();
        const pause = this.mode.outage.pauseMillis;
        if (pause > 0) {
          await this.fallBack(this.mode.outage.refusal);
          return pause;
        }
        await this.settleLast();
        if (!this.mode.isBegun) await this.enterMode();
        if (!this.mode.isVerified && !(await this.verify())) continue;
        const { name } = this.receiver;
        const room = this.room();
        const due = await store.dueDeliveries(name, clock.now(), batchSize, this.mode.failingSince, ...room);
        if (due.length === 0) {
          const digest = await this.showDigest(!room[0]);
          if (digest === 'tried') continue;
          return await this.sleepMillis(room, digest);
        }
        for (const delivery of due) {
          if (this.isStopping || this.isChanging || this.mode.outage.pauseMillis > 0) break;
          if (!this.hasRoomFor(delivery)) break;
          // What else was due was told with it, or put off.
          if ((await this.deliver(delivery)) === 'as a group') break;
        }
      }
      return longestSleepMillis;
    } catch (error) {
      events.dispatchFailed(this.receiver.name, error);
      this.mode.outage.pause(storePauseMillis);
      return storePauseMillis;
    }
  }

  private room(): Room {
    const { channel } = this.mode;
    const now = this.dependencies.clock.now();
    const mayPost = channel.mayPost(now);
    return [mayPost, mayPost && channel.mayRepeat(now)];
  }

  private hasRoomFor({ shownRevision, repeatOf }: Delivery): boolean {
    const [mayPost, mayRepeat] = this.room();
    if (repeatOf !== undefined) return mayRepeat;
    return mayPost || shownRevision > 0;
  }

  private get isChanging(): boolean {
    return this.mode.isDryRun !== this.isDryRun;
  }

  private async changeMode(): Promise<void> {
    await this.settleLast();
    if (this.isDryRun) this.receiver.close?.();
    this.mode = new Mode(this.isDryRun, this.receiver, this.dependencies);
  }

  /** A dry run may have been left by a restart as well. */
  private async enterMode(): Promise<void> {
    const { clock, store, onDryRunEnded } = this.dependencies;
    const hasEnded = await store.setDryRun(this.receiver.name, this.mode.isDryRun, clock.now());
    this.mode.isBegun = true;
    if (hasEnded) onDryRunEnded?.();
  }

  /** Notes what came of the last try, before there is another: nobody is to be told twice because the store was ill. */
  private async settleLast(): Promise<void> {
    if (this.unsettled === undefined) return;
    await this.unsettled();
    this.unsettled = undefined;
  }

  /** @param atMost milliseconds, if there is something to do by then that is no delivery */
  private async sleepMillis(room: Room, atMost: number = longestSleepMillis): Promise<number> {
    const { clock, store } = this.dependencies;
    const next = (await store.nextDueAt(this.receiver.name, ...room)) ?? Infinity;
    return Math.max(1, Math.min(longestSleepMillis, atMost, next - clock.now()));
  }

  /** @returns milliseconds until there is something to show; undefined if nothing is known of */
  private async showDigest(isOver: boolean): Promise<'tried' | number | undefined> {
    const { clock, store, events } = this.dependencies;
    const { channel, receiver, isDryRun } = this.mode;
    const tried = await this.mode.digests.show(isOver, this.abortSignal);
    if (tried === undefined || typeof tried === 'number') return tried;
    const { outcome } = tried;
    if (this.abortSignal.aborted && outcome.kind === 'failed') return undefined;
    events.notified(receiver.name, isDryRun ? 'dry_run' : outcome.kind);
    if (outcome.kind !== 'delivered') this.mode.outage.after(outcome);
    if (outcome.kind !== 'delivered' && outcome.kind !== 'rejected') return 'tried';
    const state = tried.state(outcome);
    const note = noteOfDigest(outcome, tried.text, tried.isEdit, clock.now(), isDryRun);
    this.unsettled = async () => {
      // Before all of it counts as shown.
      if (outcome.kind === 'rejected') await this.fallBack(outcome.reason);
      await store.settleHeld(receiver.name, state, note);
      channel.adopt(state);
    };
    await this.settleLast();
    if (outcome.kind === 'delivered') this.recover(outcome.problem);
    return 'tried';
  }

  /** A wrong set-up is told when Tocsin starts, not when the first failure finds nobody to tell. */
  private async verify(): Promise<boolean> {
    const { dependencies } = this;
    const { receiver, outage, channel, isDryRun } = this.mode;
    const obstacle = await receiver.verify(this.abortSignal);
    if (this.abortSignal.aborted) return false;
    if (obstacle === undefined) {
      // A restart is how people say that they have mended something.
      await dependencies.store.forgetPauses(receiver.name);
      if (channel.hasBudget)
        channel.begin(await dependencies.store.readChannel(receiver.name), dependencies.clock.now());
      // Not before its budget is known: a store that failed meanwhile is asked again.
      this.mode.isVerified = true;
      if (!isDryRun) outage.verified();
      return true;
    }
    outage.after(obstacle);
    return false;
  }

  private async deliver(delivery: Delivery): Promise<'as a group' | void> {
    const { clock, store } = this.dependencies;
    const { incident } = delivery;
    const hasShownState = delivery.shownRevision >= incident.stateRevision;
    if (delivery.inDigest && !hasShownState && incident.state === 'firing')
      return store.settleDelivery(outOfDigest(delivery, clock.now()));
    // Of what was told in a digest nobody has a message that could go on.
    if (
      (hasShownState || delivery.inDigest) &&
      delivery.repeatOf === undefined &&
      (!this.mode.receiver.canEdit || delivery.reference === undefined)
    ) {
      // Only changes of state are news where nothing can be edited. Nothing was sent, so nothing was learnt of the receiver.
      const settlement = settle(delivery, { kind: 'delivered', reference: undefined }, clock.now(), 0);
      return store.settleDelivery({ ...settlement, timeline: [skippedEntry(delivery, clock.now())] });
    }
    const triedAt = clock.now();
    const inGroup = await this.mode.groups.tell(delivery, this.abortSignal);
    if (inGroup === 'later') return 'as a group';
    if (inGroup !== 'alone') {
      await this.releaseUntold(inGroup);
      if (!isTakenByNone(inGroup)) {
        await this.settleGroup(inGroup, triedAt);
        return 'as a group';
      }
    }
    const shown = await this.show(delivery);
    if (shown !== undefined) await this.settleTry(delivery, shown, triedAt);
  }

  private async settleTry(
    delivery: Delivery,
    shown: Shown,
    triedAt: number,
    group?: GroupNote,
  ): Promise<void> {
    const { clock, store, events, random } = this.dependencies;
    const { incident } = delivery;
    const { message, outcome } = shown;
    // Not the receiver's fault; it is tried again after the restart.
    if (this.abortSignal.aborted && outcome.kind === 'failed') return;
    const isLoud = delivery.shownRevision === 0 || message.news.some((each) => each.isLoud);
    // A repeat that will never be taken has had its turn: else it would be due again at once, and for ever.
    const hasBeenLoud =
      outcome.kind === 'delivered' ? isLoud : outcome.kind === 'rejected' && delivery.repeatOf !== undefined;
    const loud = hasBeenLoud ? { loudAt: clock.now() } : {};
    const { isDryRun } = this.mode;
    const note = noteOfTry(delivery, message, outcome, clock.now(), isDryRun);
    const fallback = this.fallbackOf(delivery, outcome);
    const settlement = { ...settle(delivery, outcome, clock.now(), random()), ...loud, ...note, ...fallback };
    this.unsettled = () =>
      group === undefined ? store.settleDelivery(settlement) : store.settleGroup(settlement, group);
    await this.settleLast();
    if (fallback !== undefined) this.dependencies.onFallback?.();
    events.notified(this.receiver.name, isDryRun ? 'dry_run' : outcome.kind);
    if (outcome.kind === 'failed' || outcome.kind === 'refused') {
      this.mode.failingSince ??= triedAt;
      // Others were taken since it failed before: it is about this one, and the others need not wait.
      if (delivery.failures > 0 && this.mode.workedAt >= delivery.triedAt)
        this.mode.failByThemselves.add(incident.key);
      if (this.mode.failByThemselves.has(incident.key)) return;
    }
    if (outcome.kind !== 'delivered') return this.mode.outage.after(outcome, incident);
    this.mode.failByThemselves.delete(incident.key);
    this.recover(outcome.problem);
    if (isLoud) await this.spend();
    if (isDryRun || delivery.shownRevision > 0 || delivery.reposts > 0) return;
    // It was held back, or its receiver came later: no delay of ours.
    if (delivery.wantedSince > incident.startsAt) return;
    if (incident.issue === undefined) return;
    const delayMillis = detectionDelayMillis(incident, clock.now());
    events.incidentTold(`${incident.key} ${incident.startsAt}`, incident.issue.service, delayMillis);
  }

  /** Undefined if it has been put off since it was fetched. */
  private async show(delivery: Delivery): Promise<Shown | undefined> {
    const { clock, store } = this.dependencies;
    const { incident, reference } = delivery;
    if (!(await store.claimDelivery(this.receiver.name, incident.key, clock.now()))) return undefined;
    const made = await this.mode.messages.messageOf(delivery);
    const message = this.mode.channel.mayPost(clock.now()) ? made : quietly(made);
    return { message, outcome: await this.mode.receiver.notify(message, reference, this.abortSignal) };
  }

  private async releaseUntold({ head, members, outcome }: GroupTry): Promise<void> {
    if (outcome.kind === 'delivered' || this.abortSignal.aborted) return;
    const keys = [head.incident, ...members].map(({ key }) => key);
    await this.dependencies.store.releaseGroup(this.receiver.name, keys);
  }

  private async settleGroup({ head, members, ...shown }: GroupTry, triedAt: number): Promise<void> {
    const told = shown.outcome.kind === 'delivered' ? members : [];
    const note = noteOfGroup(told, head.incident, this.dependencies.clock.now(), this.mode.isDryRun);
    await this.settleTry(head, shown, triedAt, note);
  }

  /** What it is to show is told by who stands in for it. @param reason why it takes nothing; undefined: it does, or may */
  private async fallBack(reason: string | undefined): Promise<void> {
    const { clock, store, fallback: to, onFallback } = this.dependencies;
    if (to === undefined || reason === undefined) return;
    const fallback = { receiver: this.receiver.name, to, reason };
    while (!this.isStopping && (await store.fallBack(fallback, clock.now())) > 0) onFallback?.();
  }

  private fallbackOf({ receiver }: Delivery, outcome: Outcome): Pick<Settlement, 'fallback'> | undefined {
    const { clock, fallback: to } = this.dependencies;
    const fallback = fallbackFor(receiver, to, outcome);
    return fallback && { fallback: { ...fallback, at: clock.now() } };
  }

  private async spend(): Promise<void> {
    const state = this.mode.channel.spend(this.dependencies.clock.now());
    if (state !== undefined) await this.dependencies.store.keepChannel(this.receiver.name, state);
  }

  /** @param problem that remains */
  private recover(problem: string | undefined): void {
    this.mode.outage.end(problem);
    this.mode.failingSince = undefined;
    this.mode.workedAt = this.dependencies.clock.now();
  }
}

/** What the message of its head cannot be made to say of a group, each of it says by itself. */
function isTakenByNone({ head, outcome }: GroupTry): boolean {
  return outcome.kind === 'rejected' || (outcome.kind === 'failed' && head.failures > 0);
}
