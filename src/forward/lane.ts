import type { Signal } from '../otlp/signal.ts';
import type { Clock } from '../runtime/clock.ts';
import { release } from '../runtime/release.ts';
import type { DestinationEvents, ForwardOutcome } from '../telemetry/destination-events.ts';
import type { Answer } from './answer.ts';
import { Backoff } from './backoff.ts';
import type { OtlpHttpClient } from './client.ts';
import { Divider } from './divider.ts';
import { Gathering } from './gathering.ts';
import { type Parcel, settleAll, settleForwarded } from './parcel.ts';
import type { ForwardQueue } from './queue.ts';
import { Reports, type ReportsDependencies } from './reports.ts';
import { judge, type Verdict } from './verdict.ts';

/** Requests of one signal that are under way at once. */
export const mostUnderWay = 4;
/** So often may a request be sent in vain while others are taken: then it is the request, not the back end. */
const mostStrikes = 10;

export interface LaneDependencies extends ReportsDependencies {
  clock: Clock;
  queue: ForwardQueue;
  client: Pick<OtlpHttpClient, 'post'>;
  events: DestinationEvents;
  /** 0 to 1. */
  random: () => number;
  /** What comes within so long after what was sent goes out together. */
  gatherMillis: number;
  /** Called when a try has failed. */
  onFailing: () => void;
  /** Is given what was under way when the lane was cut. */
  onCut: (parcel: Parcel) => void;
  /** Called when a request is no longer under way. */
  onSettled: () => void;
}

/**
 * Sends what waits of one signal. A failed try pauses the lane as a whole, since what failed for one request most often fails
 * for the next; after the pause one request at a time finds out whether it works again.
 */
export class Lane {
  readonly signal: Signal;
  private readonly dependencies: LaneDependencies;
  private readonly reports: Reports;
  private readonly backoff: Backoff;
  private readonly divider: Divider;
  private readonly gathering: Gathering;
  private readonly abort = new AbortController();
  private underWay = 0;
  private taken = 0;
  private lastWasTried = false;
  private isStopping = false;
  /** Undefined while it works, as far as is known. */
  problem: string | undefined;

  /** @param url as it is shown */
  constructor(signal: Signal, url: string, dependencies: LaneDependencies) {
    this.signal = signal;
    this.dependencies = dependencies;
    this.reports = new Reports(signal, url, dependencies);
    const { clock, gatherMillis, queue } = dependencies;
    this.backoff = new Backoff(clock, dependencies.random, () => this.wake());
    this.divider = new Divider(clock);
    this.gathering = new Gathering(clock, gatherMillis, queue.maxBytes, () => this.wake());
  }

  /** Nothing is under way, and nothing in memory waits for it. */
  get isIdle(): boolean {
    return this.underWay === 0 && this.dependencies.queue.isClear(this.signal);
  }

  /** What waits is not sent at once. */
  get isFailing(): boolean {
    return this.backoff.isFailing;
  }

  /** Sends as much of what waits as may be under way. */
  wake(): void {
    while (this.mayBegin()) {
      const parcel = this.next();
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

  /** Everything in memory is tried once more, at once, and not again. */
  hurry(): void {
    this.isStopping = true;
    this.backoff.stop();
    this.gathering.stop();
    this.wake();
  }

  /** What is under way is not waited for; nothing is sent any more. */
  cut(): void {
    this.gathering.stop();
    this.abort.abort();
  }

  private mayBegin(): boolean {
    if (this.abort.signal.aborted) return false;
    if (this.isStopping) return this.underWay < mostUnderWay;
    return !this.backoff.isPaused && this.underWay < (this.backoff.isFailing ? 1 : mostUnderWay);
  }

  private next(): Parcel | undefined {
    const { queue } = this.dependencies;
    if (this.isStopping) return queue.takeFromMemory(this.signal);
    const isGathering = this.gathering.waitsFor(queue.bytesOf(this.signal));
    const parcel = queue.take(this.signal, this.preferred(), {
      mostBytes: this.divider.mostRequestBytes,
      isGathering,
    });
    // What did not fit into one request has waited as long as that.
    if (parcel?.tries === 0 && queue.isClear(this.signal)) this.gathering.sent();
    return parcel;
  }

  /** While it fails those that failed and those that were not tried take turns: one that can never be taken must not hold up all. */
  private preferred(): 'tried' | 'untried' {
    return this.backoff.isFailing && this.lastWasTried ? 'untried' : 'tried';
  }

  private async send(parcel: Parcel): Promise<void> {
    const { client, clock, events } = this.dependencies;
    const { failuresEver } = this.backoff;
    if (parcel.tries === 0) parcel.takenBefore = this.taken;
    const bytes = await this.bytesOf(parcel);
    if (bytes === undefined) return;
    const answer = await client.post(this.signal, bytes, this.abort.signal);
    if (answer.kind === 'aborted') {
      this.dependencies.onCut(parcel);
      return;
    }
    events.tried(this.signal, codeOf(answer), parcel.tries > 0);
    const verdict = judge(answer, clock.now());
    switch (verdict.kind) {
      case 'taken':
        this.settle(parcel, verdict);
        // Not where it failed: it is sent again, or a connection that is being closed may still hold it.
        if (answer.kind === 'answered' && answer.isSent) release(bytes);
        if (failuresEver === this.backoff.failuresEver) this.recover();
        return;
      case 'tryAgain':
        this.backoff.failed(verdict.afterMillis);
        this.problem = verdict.reason;
        this.reports.failing(verdict);
        this.putBack(parcel, verdict.reason);
        this.dependencies.onFailing();
        return;
      case 'refused':
        this.backoff.worked();
        if (!this.divide(parcel, verdict)) this.refuse(parcel, verdict);
        return;
    }
  }

  /** Of what is on disk they are read now. @returns undefined if that cannot be done, and it is lost */
  private async bytesOf(parcel: Parcel): Promise<Uint8Array | undefined> {
    try {
      return (parcel.bytes ??= await parcel.record!.read());
    } catch (error) {
      this.dependencies.events.spool.unreadable(this.signal, parcel.items, error);
      this.lose(parcel, 'damaged');
      return undefined;
    }
  }

  private settle(parcel: Parcel, { rejected, remark }: Extract<Verdict, { kind: 'taken' }>): void {
    const { events } = this.dependencies;
    const refused = Math.min(rejected, parcel.items);
    this.taken++;
    this.divider.taken();
    this.finish(parcel);
    events.itemsSettled(this.signal, 'forwarded', parcel.items - refused);
    events.itemsSettled(this.signal, 'rejected', refused);
    settleForwarded(parcel, refused);
    this.reports.taken(refused, remark);
  }

  private recover(): void {
    this.backoff.worked();
    this.problem = undefined;
    this.reports.works();
  }

  private putBack(parcel: Parcel, reason: string): void {
    parcel.tries++;
    if (this.isStopping) {
      this.dependencies.queue.keep(parcel);
      return;
    }
    if (this.taken > parcel.takenBefore) parcel.strikes++;
    parcel.takenBefore = this.taken;
    if (parcel.strikes < mostStrikes) {
      this.dependencies.queue.putBack(parcel);
      return;
    }
    this.reports.gaveUp(parcel.items, reason);
    this.lose(parcel, 'given_up');
  }

  /** What was refused for one item of it may be taken without that. @returns whether it was divided */
  private divide(parcel: Parcel, { about, reason }: Extract<Verdict, { kind: 'refused' }>): boolean {
    const { queue, events } = this.dependencies;
    const parts = this.divider.divide(parcel, about);
    if (parts === undefined) return false;
    events.divided(this.signal);
    this.reports.divided(reason, parcel.bytes!.length);
    // Each of the two needs what stands on disk.
    (parcel.record ?? parcel.whole)?.hold();
    queue.replace(parcel, parts);
    return true;
  }

  private refuse(parcel: Parcel, verdict: Extract<Verdict, { kind: 'refused' }>): void {
    this.problem = verdict.reason;
    this.reports.refused(verdict, parcel);
    this.lose(parcel, 'refused');
  }

  private lose(parcel: Parcel, outcome: ForwardOutcome): void {
    this.finish(parcel);
    this.dependencies.events.itemsSettled(this.signal, outcome, parcel.items);
    settleAll(parcel, 'lost');
  }

  private finish(parcel: Parcel): void {
    this.dependencies.queue.release(parcel);
    (parcel.record ?? parcel.whole)?.done();
  }
}

function codeOf(answer: Exclude<Answer, { kind: 'aborted' }>): string {
  return answer.kind === 'answered' ? String(answer.status) : answer.cause;
}
