import type { Signal } from '../otlp/signal.ts';
import { release } from '../runtime/release.ts';
import type { CancelTimer, Clock } from '../runtime/clock.ts';
import type { ForwardEvents, ForwardOutcome } from '../telemetry/forward-events.ts';
import type { Answer } from './answer.ts';
import { pauseMillis } from './backoff.ts';
import type { OtlpHttpClient } from './client.ts';
import type { Harmless } from '../redact/harmless.ts';
import { type Parcel, settleAll, settleForwarded } from './parcel.ts';
import type { ForwardQueue } from './queue.ts';
import type { Reminders } from './reminders.ts';
import { judge, type Verdict } from './verdict.ts';

/** Requests of one signal that are under way at once. */
export const mostUnderWay = 4;
/** So often may a request be sent in vain while others are taken: then it is the request, not the back end. */
const mostStrikes = 10;
/** A back end that fails every other second is told of once a minute. */
const flappingMillis = 60_000;
/** What is odd and does no harm is told of no more often. */
const remarkMillis = 6 * 3_600_000;

export interface LaneDependencies {
  clock: Clock;
  queue: ForwardQueue;
  client: Pick<OtlpHttpClient, 'post'>;
  events: ForwardEvents;
  harmless: Harmless;
  reminders: Reminders;
  isJournaled: boolean;
  /** 0 to 1. */
  random: () => number;
  /** Called when a request is no longer under way. */
  onSettled: () => void;
}

/**
 * Sends what waits of one signal. A failed try pauses the lane as a whole, since what failed for one request most often fails
 * for the next; after the pause one request at a time finds out whether it works again.
 */
export class Lane {
  readonly signal: Signal;
  /** As it is shown. */
  readonly url: string;
  private readonly dependencies: LaneDependencies;
  private readonly abort = new AbortController();
  private underWay = 0;
  /** In a row; several that were under way together count as one. */
  private failures = 0;
  /** Failures ever: an answer to what was sent before the last of them does not say that it works again. */
  private failuresEver = 0;
  private taken = 0;
  /** By the monotonic clock. */
  private pausedUntil = 0;
  private cancelTimer: CancelTimer | undefined;
  private lastWasTried = false;
  /** What people were told last, and think. */
  private told: 'works' | 'fails' | 'refuses' = 'works';
  private isStopping = false;
  /** Undefined while it works, as far as is known. */
  problem: string | undefined;
  /** Items lost because Tocsin stops. */
  abandoned = 0;

  constructor(signal: Signal, url: string, dependencies: LaneDependencies) {
    this.signal = signal;
    this.url = url;
    this.dependencies = dependencies;
  }

  get isIdle(): boolean {
    return this.underWay === 0 && this.dependencies.queue.isEmpty(this.signal);
  }

  /** Sends as much of what waits as may be under way. */
  wake(): void {
    while (this.mayBegin()) {
      const parcel = this.dependencies.queue.take(this.signal, this.preferred());
      if (parcel === undefined) return;
      this.lastWasTried = parcel.tries > 0;
      this.underWay++;
      void this.send(parcel).then(() => {
        this.underWay--;
        this.wake();
        this.dependencies.onSettled();
      });
    }
  }

  /** Everything is tried once more, at once, and not again. */
  hurry(): void {
    this.isStopping = true;
    this.cancelTimer?.();
    this.wake();
  }

  /** What is under way is lost; nothing is sent any more. */
  cut(): void {
    this.abort.abort();
  }

  private mayBegin(): boolean {
    if (this.abort.signal.aborted) return false;
    if (this.isStopping) return this.underWay < mostUnderWay;
    if (this.dependencies.clock.monotonic() < this.pausedUntil) return false;
    return this.underWay < (this.failures > 0 ? 1 : mostUnderWay);
  }

  /** While it fails those that failed and those that were not tried take turns: one that can never be taken must not hold up all. */
  private preferred(): 'tried' | 'untried' {
    return this.failures > 0 && this.lastWasTried ? 'untried' : 'tried';
  }

  private async send(parcel: Parcel): Promise<void> {
    const { client, clock, events } = this.dependencies;
    const { failuresEver } = this;
    if (parcel.tries === 0) parcel.takenBefore = this.taken;
    const answer = await client.post(this.signal, parcel.bytes, this.abort.signal);
    if (answer.kind === 'aborted') {
      this.lose(parcel, 'abandoned');
      return;
    }
    events.tried(this.signal, codeOf(answer), parcel.tries > 0);
    const verdict = judge(answer, clock.now());
    switch (verdict.kind) {
      case 'taken':
        this.settle(parcel, verdict);
        // Not where it failed: it is sent again, or a connection that is being closed may still hold it.
        if (answer.kind === 'answered' && answer.isSent) release(parcel.bytes);
        if (failuresEver === this.failuresEver) this.recover();
        return;
      case 'tryAgain':
        this.pause(verdict);
        this.putBack(parcel, verdict.reason);
        return;
      case 'refused':
        this.failures = 0;
        this.refuse(verdict);
        this.lose(parcel, 'refused');
        return;
    }
  }

  private settle(parcel: Parcel, { rejected, remark }: Extract<Verdict, { kind: 'taken' }>): void {
    const { queue, events, harmless, reminders } = this.dependencies;
    const { signal, url } = this;
    const refused = Math.min(rejected, parcel.items);
    this.taken++;
    queue.release(parcel);
    events.itemsSettled(signal, 'forwarded', parcel.items - refused);
    events.itemsSettled(signal, 'rejected', refused);
    settleForwarded(parcel, refused);
    const text = harmless.text(remark);
    if (refused > 0 && reminders.isDue(`${signal} rejected`)) events.rejected(signal, url, refused, text);
    if (refused === 0 && text !== '' && reminders.isDue(`${signal} remark`, remarkMillis))
      events.remarked(signal, url, text);
  }

  private recover(): void {
    this.failures = 0;
    this.problem = undefined;
    if (this.told !== 'works') this.dependencies.events.works(this.signal, this.url);
    this.told = 'works';
  }

  private pause({ reason, text, afterMillis }: Extract<Verdict, { kind: 'tryAgain' }>): void {
    const { clock, events, harmless, reminders, random } = this.dependencies;
    const now = clock.monotonic();
    this.failuresEver++;
    if (now >= this.pausedUntil) this.failures++;
    if (now >= this.pausedUntil || afterMillis !== undefined) {
      const until = now + pauseMillis(this.failures, afterMillis, random());
      this.pausedUntil = Math.max(this.pausedUntil, until);
      this.cancelTimer?.();
      this.cancelTimer = clock.after(this.pausedUntil - now, () => this.resume());
    }
    this.problem = reason;
    if (this.told === 'fails' || !reminders.isDue(`${this.signal} failing`, flappingMillis)) return;
    this.told = 'fails';
    events.failing(this.signal, this.url, reason, harmless.text(text));
  }

  private resume(): void {
    // The timer decides: it may come a little before the clock says so.
    this.pausedUntil = 0;
    this.wake();
  }

  private putBack(parcel: Parcel, reason: string): void {
    const { queue, events, reminders } = this.dependencies;
    if (this.isStopping) {
      this.lose(parcel, 'abandoned');
      return;
    }
    parcel.tries++;
    if (this.taken > parcel.takenBefore) parcel.strikes++;
    parcel.takenBefore = this.taken;
    if (parcel.strikes < mostStrikes) {
      queue.putBack(parcel);
      return;
    }
    if (reminders.isDue(`${this.signal} given up`))
      events.gaveUp(this.signal, this.url, parcel.items, reason);
    this.lose(parcel, 'given_up');
  }

  private refuse({ reason, text }: Extract<Verdict, { kind: 'refused' }>): void {
    const { events, harmless, reminders } = this.dependencies;
    const { signal, url } = this;
    this.problem = reason;
    if (!reminders.isDue(`${signal} ${reason}`)) return;
    this.told = 'refuses';
    events.refused(signal, url, reason, harmless.text(text));
  }

  private lose(parcel: Parcel, outcome: ForwardOutcome): void {
    const { queue, events, isJournaled } = this.dependencies;
    queue.release(parcel);
    if (outcome === 'abandoned') this.abandoned += parcel.items;
    events.itemsSettled(this.signal, outcome, parcel.items);
    if (outcome !== 'abandoned' || !isJournaled) settleAll(parcel, 'lost');
  }
}

function codeOf(answer: Exclude<Answer, { kind: 'aborted' }>): string {
  return answer.kind === 'answered' ? String(answer.status) : answer.cause;
}
