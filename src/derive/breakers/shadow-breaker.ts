import type { BreakerState, BreakerTransition } from './breaker-state.ts';
import { CallWindow } from './call-window.ts';

/** When a breaker opens and closes. */
export interface BreakerSettings {
  /** Failures in a row; 0 = it does not count them. */
  consecutiveFailures: number;
  /** Of the calls in the window, 0 to 1. */
  failureRatio: number;
  minimumCalls: number;
  windowMillis: number;
  openForMillis: number;
  halfOpenProbes: number;
  /** What takes longer is slow; 0 = nothing is. */
  slowCallMillis: number;
  slowRatio: number;
}

/** A call that ended, by the clock of the app. */
export interface EndedCall {
  start: number;
  end: number;
  isFailure: boolean;
}

/** Told of what a breaker would have done. */
export interface BreakerEvents {
  transition(transition: BreakerTransition): void;
  /** A call that it would have refused, by what really became of it. */
  openCall(isFailure: boolean): void;
}

/**
 * The circuit breaker that an app could have around its calls to one dependency, computed from the calls that it made. It takes them in
 * the order in which they ended, and tells what it would have done; that it refuses none is what makes it differ from a real one: the load
 * that it would have taken off is not.
 */
export class ShadowBreaker {
  private readonly events: BreakerEvents;
  private settings: BreakerSettings;
  private window: CallWindow;
  state: BreakerState = 'closed';
  /** When it came into its state; calls that began before a real one had closed would have been refused. */
  since = Number.NEGATIVE_INFINITY;
  /** Since it opened from being closed. */
  openedAt = 0;
  openCalls = 0;
  /** Time in each state since it was last taken. */
  private spent: Record<BreakerState, number> = { closed: 0, open: 0, half_open: 0 };
  failedProbes = 0;
  failuresInARow = 0;
  private probes = 0;
  private seenUntil = Number.NaN;

  constructor(settings: BreakerSettings, events: BreakerEvents) {
    this.settings = settings;
    this.events = events;
    this.window = new CallWindow(settings.windowMillis);
  }

  configure(settings: BreakerSettings): void {
    if (settings.windowMillis !== this.settings.windowMillis)
      this.window = new CallWindow(settings.windowMillis);
    this.settings = settings;
  }

  take(call: EndedCall): void {
    this.passTo(call.end);
    if (this.state === 'closed') this.takeClosed(call.start, call.end, call.isFailure);
    else if (this.state === 'half_open' && call.start >= this.since) this.takeProbe(call);
    else if (call.start >= this.openedAt) this.refuse(call);
  }

  /** It is closed, and the last call was well: another one that is makes no difference, but that it counts. */
  get isQuiet(): boolean {
    return this.state === 'closed' && this.failuresInARow === 0;
  }

  /** The clock of the app was set: times from before say nothing of those from now on. */
  clockSet(): void {
    this.window.clear();
    this.since = Number.NEGATIVE_INFINITY;
    this.openedAt = Number.NEGATIVE_INFINITY;
    this.seenUntil = Number.NaN;
  }

  /** A call that was well, while it is quiet: the same without an object for each. */
  takeWell(start: number, end: number): void {
    this.passTo(end);
    this.takeClosed(start, end, false);
  }

  /** Time has gone by, with or without calls. */
  passTo(now: number): void {
    if (Number.isNaN(this.seenUntil)) {
      this.seenUntil = now;
      if (this.state !== 'closed' && this.since === Number.NEGATIVE_INFINITY) {
        this.since = now;
        this.openedAt = now;
      }
    }
    const halfOpensAt = this.since + this.settings.openForMillis;
    if (this.state === 'open' && now >= halfOpensAt) {
      this.spend(halfOpensAt);
      this.probes = 0;
      this.become('half_open', halfOpensAt);
    }
    this.spend(now);
  }

  /** Milliseconds in each state since this was asked last. */
  takeSpent(): Readonly<Record<BreakerState, number>> {
    const taken = this.spent;
    this.spent = { closed: 0, open: 0, half_open: 0 };
    return taken;
  }

  private takeClosed(start: number, end: number, isFailure: boolean): void {
    const { consecutiveFailures, slowCallMillis } = this.settings;
    if (start < this.since) return;
    const isSlow = slowCallMillis > 0 && end - start >= slowCallMillis;
    this.failuresInARow = isFailure ? this.failuresInARow + 1 : 0;
    this.window.add(end, isFailure, isSlow);
    if (!isFailure && !isSlow) return;
    const isInARow = consecutiveFailures > 0 && this.failuresInARow >= consecutiveFailures;
    if (isInARow || this.isTooMuch(end)) this.open(end);
  }

  private isTooMuch(now: number): boolean {
    const { failureRatio, minimumCalls, slowRatio, slowCallMillis } = this.settings;
    const { calls, failures, slow } = this.window.at(now);
    if (calls < minimumCalls) return false;
    return failures / calls >= failureRatio || (slowCallMillis > 0 && slow / calls >= slowRatio);
  }

  private takeProbe(call: EndedCall): void {
    const { end, isFailure } = call;
    if (isFailure) {
      this.failedProbes++;
      this.become('open', end);
      return;
    }
    if (++this.probes < this.settings.halfOpenProbes) return;
    this.failuresInARow = 0;
    this.window.clear();
    this.become('closed', end);
  }

  private open(at: number): void {
    this.openedAt = at;
    this.openCalls = 0;
    this.failedProbes = 0;
    this.become('open', at);
  }

  private refuse({ isFailure }: EndedCall): void {
    this.openCalls++;
    this.events.openCall(isFailure);
  }

  private become(to: BreakerState, at: number): void {
    const from = this.state;
    this.state = to;
    this.since = at;
    this.events.transition({ from, to, at });
  }

  private spend(until: number): void {
    if (!(until > this.seenUntil)) return;
    this.spent[this.state] += until - this.seenUntil;
    this.seenUntil = until;
  }
}
