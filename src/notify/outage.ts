import type { Incident } from '../alerting/incident.ts';
import { isAboutNotifying } from '../conventions/own-failures.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Events, ReceiverFailure } from '../telemetry/events.ts';
import { refusedPauseMillis, retryDelay, throttleMillis } from './delivery.ts';
import type { Outcome, Receiver } from './receiver.ts';

/** A receiver that failed so often in a row, which takes some minutes, is not only busy. */
const deadAfterFailures = 8;

export interface OutageDependencies {
  clock: Clock;
  events: Events;
  /** 0 to 1. */
  random: () => number;
  /** Name of the receiver that is told what this one refuses; undefined = none is. */
  fallback?: string | undefined;
}

/** Whether a receiver works, as far as is known, and until when it is left alone. */
export class Outage {
  private readonly receiver: Pick<Receiver, 'name' | 'description'>;
  private readonly dependencies: OutageDependencies;
  /** By the monotonic clock: the machine's may be set. */
  private pausedUntil = 0;
  private throttledUntil = 0;
  private failures = 0;
  private reason: string | undefined;
  private refused: string | undefined;
  /** What was told of the outage that goes on. */
  private readonly toldOf = new Set<ReceiverFailure>();

  constructor(receiver: Pick<Receiver, 'name' | 'description'>, dependencies: OutageDependencies) {
    this.receiver = receiver;
    this.dependencies = dependencies;
  }

  /** Why it does not work; undefined while it does. */
  get problem(): string | undefined {
    return this.reason;
  }

  /** Why it takes nothing until somebody mends the set-up; undefined if that is not so, as far as is known. */
  get refusal(): string | undefined {
    return this.refused;
  }

  /** For how many milliseconds it is left alone; 0 = not at all. */
  get pauseMillis(): number {
    return Math.max(0, this.pausedUntil - this.dependencies.clock.monotonic());
  }

  pause(millis: number): void {
    this.pausedUntil = this.dependencies.clock.monotonic() + millis;
  }

  /** It may work again: what it was left alone for is forgotten, but not what it asked for itself. */
  tryNow(): void {
    this.pausedUntil = Math.min(this.pausedUntil, this.throttledUntil);
  }

  /** @param incident that could not be shown; undefined if nothing of one was to be */
  after(outcome: Exclude<Outcome, { kind: 'delivered' }>, incident?: Incident): void {
    const { clock, events, random, fallback } = this.dependencies;
    const { name, description } = this.receiver;
    const isNews = incident?.issue === undefined || !isAboutNotifying(incident.issue);
    switch (outcome.kind) {
      case 'throttled':
        this.pause(throttleMillis(outcome));
        this.throttledUntil = clock.monotonic() + throttleMillis(outcome);
        return;
      case 'failed':
        if (this.failures === 0) events.receiverFailing(name, description, outcome.reason);
        this.reason = outcome.reason;
        this.pause(retryDelay(this.failures++, random()));
        if (isNews)
          this.tellOf(this.failures < deadAfterFailures ? 'ReceiverFailing' : 'ReceiverDead', outcome.reason);
        return;
      case 'refused':
        this.reason = outcome.reason;
        this.refused = outcome.reason;
        this.pause(refusedPauseMillis);
        events.receiverRefused(name, description, outcome.reason, outcome.remedy, fallback);
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

  /** It took something. @param problem that remains: people were told, but not everywhere, say */
  end(problem?: string): void {
    this.failures = 0;
    this.refused = undefined;
    if (problem === undefined) {
      this.toldOf.clear();
      if (this.reason !== undefined) this.works();
    } else {
      const { name, description } = this.receiver;
      if (this.reason !== problem) this.dependencies.events.receiverImpaired(name, description, problem);
      this.tellOf('ReceiverFailing', problem);
    }
    this.reason = problem;
  }

  /** Its set-up is good. */
  verified(): void {
    this.works();
    this.failures = 0;
    this.refused = undefined;
    this.reason = undefined;
  }

  private works(): void {
    this.dependencies.events.receiverWorks(this.receiver.name, this.receiver.description);
  }

  private tellOf(kind: ReceiverFailure, reason: string): void {
    if (this.toldOf.has(kind)) return;
    this.toldOf.add(kind);
    const { name, description } = this.receiver;
    this.dependencies.events.receiverOut(kind, name, description, reason);
  }
}
