import type { Clock } from '../../runtime/clock.ts';
import type { BreakerState, BreakerTransition } from '../breakers/breaker-state.ts';
import {
  addCalls,
  addTransition,
  type BreakerRecord,
  beginIn,
  correct,
  newRecord,
  shiftTimes,
  type StateReport,
  stateAt,
  toldBefore,
} from './breaker-record.ts';
import { type BreakerOutcome, stateBefore } from './breaker-words.ts';

/** Breakers that are known, by instance: an app has a few dozen. Of more, those that were not heard of for the longest time are forgotten. */
export const mostBreakers = 1_000;
/** One that was not heard of for so long is gone. */
export const goneMillis = 15 * 60_000;
/** The machine's clock and the monotonic one may drift apart by this; more, and the clock was set. */
const driftMillis = 1_000;
/** A source that says nothing for so long gives way to another. */
const silenceMillis = 5 * 60_000;

/** Who tells of a breaker: one of many in a service. */
export interface Reporter {
  service: string;
  /** The same for the same process, as far as it says. */
  instance: string;
}

/** In the place of an instance, where it is not known which one was told of. No reporter is called so. */
const expected = '';

/** Told of what is counted. */
export interface BreakerCounts {
  transition: (breaker: BreakerRecord, transition: BreakerTransition) => void;
  calls: (breaker: BreakerRecord, outcome: BreakerOutcome, count: number) => void;
  /** It was in a state for so long. */
  spent: (breaker: BreakerRecord, state: BreakerState, millis: number) => void;
  /** One had to be forgotten to make room. */
  evicted: () => void;
}

/** When a source was last heard of; by the monotonic clock. */
interface Known {
  record: BreakerRecord;
  heardAt: number;
  eventsAt: number;
  callMetricsAt: number;
  /** Whether calls were counted from spans. */
  hasCallSpans: boolean;
}

/**
 * What apps say of their breakers. Of what is told in several ways one source counts: state changes that are told as events before those
 * that metrics tell of, calls that metrics tell of before those of spans, of which there may be a sample only.
 */
export class BreakerBook {
  private readonly clock: Clock;
  private readonly counts: BreakerCounts;
  /** The one that was heard of last at the end. */
  private readonly known = new Map<string, Known>();
  /** Of the machine's clock, from the monotonic one. */
  private offset: number;

  constructor(clock: Clock, counts: BreakerCounts) {
    this.clock = clock;
    this.counts = counts;
    this.offset = clock.now() - clock.monotonic();
  }

  /** An event told that a breaker is in another state. @param report `at` 0: it does not say when */
  changed(reporter: Reporter, name: string, report: Omit<StateReport, 'said'>): void {
    const known = this.hear(reporter, name);
    this.known.delete(keyOf(reporter.service, expected, name));
    known.eventsAt = this.clock.monotonic();
    const said = report.at || this.clock.now();
    this.apply(known.record, { ...report, at: this.timeOf(said), said: { at: said, earliest: said } });
  }

  /**
   * A metric told of state changes, and in which state the breaker is after them.
   * @param steps states that it entered. @param at of the point; 0 if it does not say. @param earliest of the one before it
   */
  measured(reporter: Reporter, name: string, { steps, state, at, earliest }: Measured): void {
    const known = this.hear(reporter, name);
    this.known.delete(keyOf(reporter.service, expected, name));
    const { record } = known;
    if (this.clock.monotonic() - known.eventsAt < silenceMillis) return;
    const said = at || this.clock.now();
    const times = {
      at: this.timeOf(said),
      said: { at: said, earliest: Math.min(earliest, said) },
      channel: 'metric' as const,
    };
    if (record.state === undefined && steps.length === 0) {
      beginIn(record, state, times.at);
      return;
    }
    for (const to of steps) this.apply(record, { to, from: undefined, ...times });
    const isNewer = times.at > (record.transitions.at(-1)?.at ?? -1);
    if (record.state !== state && isNewer) this.apply(record, { to: state, from: undefined, ...times });
  }

  /** A span, or several: calls that went through a breaker, or were refused by it. @param at when they ended */
  called(reporter: Reporter, name: string, outcome: BreakerOutcome, count: number, at: number): void {
    const known = this.hear(reporter, name);
    if (this.clock.monotonic() - known.callMetricsAt < silenceMillis) return;
    known.hasCallSpans = true;
    this.countCalls(known.record, outcome, count, this.timeOf(at));
  }

  /**
   * The same from a metric.
   * @param since when the first of them can have been. @param isFirst what it counts may have been seen as spans before
   */
  callsMeasured(
    reporter: Reporter,
    name: string,
    outcome: BreakerOutcome,
    { count, since, isFirst }: { count: number; since: number; isFirst: boolean },
  ): void {
    const known = this.hear(reporter, name);
    known.callMetricsAt = this.clock.monotonic();
    if (count === 0 || (isFirst && known.hasCallSpans)) return;
    this.countCalls(known.record, outcome, count, since);
  }

  /**
   * A breaker was known to be open before this process began: so it is until somebody tells of it.
   * @param openedAt milliseconds since the Unix epoch
   */
  expect(service: string, name: string, openedAt: number, failedProbes: number): void {
    const isHeard = this.all.some(
      (record) => record.service === service && record.name === name && record.instance !== expected,
    );
    if (isHeard) return;
    const { record } = this.hear({ service, instance: expected }, name);
    const probes = Math.max(record.failedProbes.reopened, failedProbes);
    beginIn(record, 'open', openedAt);
    record.failedProbes.reopened = probes;
    record.countedUntil = this.clock.now();
  }

  /** Counts for how long each was in its state, up to now. */
  settle(): void {
    this.forgetGone();
    const now = this.clock.now();
    for (const { record } of this.known.values()) this.spend(record, now);
  }

  /** The one that was heard of last at the end. */
  get all(): readonly BreakerRecord[] {
    this.forgetGone();
    return Array.from(this.known.values(), ({ record }) => record);
  }

  private hear({ service, instance }: Reporter, name: string): Known {
    this.forgetGone();
    const key = keyOf(service, instance, name);
    const record = (): BreakerRecord => newRecord({ service, instance, name }, this.clock.now());
    const known = this.known.get(key) ?? {
      record: record(),
      heardAt: 0,
      eventsAt: -Infinity,
      callMetricsAt: -Infinity,
      hasCallSpans: false,
    };
    known.heardAt = this.clock.monotonic();
    this.known.delete(key);
    this.known.set(key, known);
    if (this.known.size > mostBreakers) this.evictOldest();
    return known;
  }

  private apply(record: BreakerRecord, report: StateReport): void {
    const twin = toldBefore(record, report);
    if (twin !== undefined) {
      // Events know better when it was.
      if (twin.channel === 'metric') correct(record, twin, report);
      return;
    }
    const { to, at, said, channel } = report;
    const from = report.from ?? stateAt(record, at) ?? stateBefore(to);
    if (from === to) {
      if (record.state === undefined) beginIn(record, to, at);
      return;
    }
    if (record.state === undefined) beginIn(record, from, at);
    const transition = { from, to, at, said, channel, isFromSaid: report.from !== undefined };
    this.spend(record, at);
    addTransition(record, transition);
    this.counts.transition(record, transition);
  }

  private countCalls(record: BreakerRecord, outcome: BreakerOutcome, count: number, since: number): void {
    addCalls(record, outcome, count, since);
    this.counts.calls(record, outcome, count);
  }

  private spend(record: BreakerRecord, until: number): void {
    const { state, countedUntil } = record;
    if (until <= countedUntil) return;
    record.countedUntil = until;
    if (state === undefined) return;
    record.millisIn[state] += until - countedUntil;
    this.counts.spent(record, state, until - countedUntil);
  }

  /** To the millisecond. An app's clock is not believed where it is ahead of ours, or so far behind that what it says is over. */
  private timeOf(at: number): number {
    const now = this.clock.now();
    return at === 0 ? now : Math.min(now, Math.max(Math.round(at), now - goneMillis));
  }

  /** What is known of earlier times is told by the clock as it is now. */
  private followClock(): void {
    const offset = this.clock.now() - this.clock.monotonic();
    const setBy = offset - this.offset;
    if (Math.abs(setBy) <= driftMillis) return;
    this.offset = offset;
    for (const { record } of this.known.values()) shiftTimes(record, setBy);
  }

  private forgetGone(): void {
    this.followClock();
    const now = this.clock.monotonic();
    for (const [key, { record, heardAt }] of this.known) {
      if (now - heardAt < goneMillis) break;
      this.spend(record, this.clock.now() - (now - heardAt - goneMillis));
      this.known.delete(key);
    }
  }

  private evictOldest(): void {
    const [key, { record }] = this.known.entries().next().value!;
    this.spend(record, this.clock.now());
    this.known.delete(key);
    this.counts.evicted();
  }
}

export interface Measured {
  steps: readonly BreakerState[];
  state: BreakerState;
  at: number;
  earliest: number;
}

function keyOf(service: string, instance: string, name: string): string {
  return `${service.length} ${instance.length} ${service}${instance}${name}`;
}
