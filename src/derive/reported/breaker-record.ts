import type { BreakerState, BreakerTransition } from '../breakers/breaker-state.ts';
import type { BreakerOutcome } from './breaker-words.ts';

/** What is known of one breaker in one instance of a service. Times are milliseconds since the Unix epoch. */
export interface BreakerRecord {
  readonly service: string;
  readonly instance: string;
  readonly name: string;
  /** Undefined while only its calls are known. */
  state: BreakerState | undefined;
  /** Since when it is in that state. */
  since: number;
  /** When it left the state closed for the last time; undefined while it is closed. */
  openedAt: number | undefined;
  /** Of the calls that were to show whether it can close again, those that failed since then. */
  failedProbes: FailedProbes;
  /** All calls since then. */
  callsMeanwhile: number;
  /** Since it is known. */
  readonly calls: Record<BreakerOutcome, number>;
  /** The last ones, by time. */
  readonly transitions: NotedTransition[];
  /** How long it was in each state, since it is known. */
  readonly millisIn: Record<BreakerState, number>;
  /** Up to when its time is counted as spent in a state. */
  countedUntil: number;
}

/** Both say the same thing, seen from two sides, and there may be one without the other. */
interface FailedProbes {
  /** Times that it went from half open to open. */
  reopened: number;
  /** Calls that failed after it had opened. */
  calls: number;
}

/** Which way a transition was told. Events know when it was; of a metric only the time between two of its points is known. */
export type Channel = 'span event' | 'log record' | 'metric';

export interface NotedTransition extends BreakerTransition {
  channel: Channel;
  /** Whether it was said where it came from. */
  isFromSaid: boolean;
  said: Said;
}

/** When something was, by the clock of the app as it says it: who tells of the same again says the same, however far off that clock is. */
interface Said {
  at: number;
  /** It was not before this. */
  earliest: number;
}

/** That a breaker is in another state, as somebody told it. */
export interface StateReport {
  to: BreakerState;
  /** Undefined if it is not said. */
  from: BreakerState | undefined;
  /** By a clock that can be believed. */
  at: number;
  said: Said;
  channel: Channel;
}

export const keptTransitions = 20;

export function newRecord(
  key: Pick<BreakerRecord, 'service' | 'instance' | 'name'>,
  now: number,
): BreakerRecord {
  return {
    ...key,
    state: undefined,
    since: now,
    openedAt: undefined,
    failedProbes: { reopened: 0, calls: 0 },
    callsMeanwhile: 0,
    calls: { success: 0, failure: 0, rejected: 0 },
    transitions: [],
    millisIn: { closed: 0, open: 0, half_open: 0 },
    countedUntil: now,
  };
}

/** It is in this state, as of then; how it came to be, nobody has seen. */
export function beginIn(record: BreakerRecord, state: BreakerState, at: number): void {
  record.state = state;
  record.since = at;
  record.openedAt = state === 'closed' ? undefined : at;
  record.countedUntil = at;
}

/** The clock by which its times are was set. */
export function shiftTimes(record: BreakerRecord, byMillis: number): void {
  record.since += byMillis;
  record.countedUntil += byMillis;
  if (record.openedAt !== undefined) record.openedAt += byMillis;
  for (const transition of record.transitions) {
    transition.at += byMillis;
    transition.said = { at: transition.said.at + byMillis, earliest: transition.said.earliest + byMillis };
  }
}

/** A transition in its place among the others. What it says of now holds only if no later one is known. */
export function addTransition(record: BreakerRecord, transition: NotedTransition): void {
  const { transitions } = record;
  const after = transitions.findLastIndex(({ at }) => at <= transition.at);
  transitions.splice(after + 1, 0, transition);
  if (transitions.length > keptTransitions) transitions.shift();
  if (transitions.at(-1) === transition) enter(record, transition);
}

function enter(record: BreakerRecord, { at, from, to }: BreakerTransition): void {
  record.state = to;
  record.since = at;
  if (to === 'closed') {
    record.openedAt = undefined;
  } else if (record.openedAt === undefined || from === 'closed') {
    record.openedAt = at;
    record.failedProbes = { reopened: 0, calls: 0 };
    record.callsMeanwhile = 0;
  } else if (to === 'open' && from === 'half_open') {
    record.failedProbes.reopened++;
  }
}

/** @param since when the first of them can have been */
export function addCalls(record: BreakerRecord, outcome: BreakerOutcome, count: number, since: number): void {
  record.calls[outcome] += count;
  if (record.openedAt === undefined || since < record.openedAt) return;
  record.callsMeanwhile += count;
  if (outcome === 'failure') record.failedProbes.calls += count;
}

export function failedProbesOf({ failedProbes: { reopened, calls } }: BreakerRecord): number {
  return Math.max(reopened, calls);
}

/** The state that it was in just before. */
export function stateAt(record: BreakerRecord, at: number): BreakerState | undefined {
  const { transitions } = record;
  const before = transitions.findLast((transition) => transition.at <= at);
  return before?.to ?? transitions[0]?.from ?? record.state;
}

/** It is known by now when the transition was, and where it came from. */
export function correct(
  record: BreakerRecord,
  known: NotedTransition,
  { at, said, from, channel }: StateReport,
): void {
  const wasLast = record.transitions.at(-1) === known;
  if (record.openedAt === known.at) record.openedAt = at;
  Object.assign(known, {
    at,
    said,
    channel,
    from: from ?? known.from,
    isFromSaid: from !== undefined,
  });
  record.transitions.sort((one, other) => one.at - other.at);
  if (wasLast && record.transitions.at(-1) === known) record.since = at;
}

/** A span event and a log record of one transition are made one after the other. */
const apartMillis = 200;
/** Times come rounded. */
const roundingMillis = 2;

/** The transition that is known already and that this report tells again. */
export function toldBefore(record: BreakerRecord, report: StateReport): NotedTransition | undefined {
  return record.transitions.find((known) => known.to === report.to && isSame(record, known, report));
}

function isSame(record: BreakerRecord, known: NotedTransition, report: StateReport): boolean {
  const [one, other] = [known.said, report.said];
  if (known.channel === 'metric') return report.channel !== 'metric' && isWithin(other.at, one);
  if (report.channel === 'metric') return isWithin(one.at, other);
  if (known.isFromSaid && report.from !== undefined && known.from !== report.from) return false;
  if (known.channel === report.channel) return one.at === other.at;
  const [first, last] = one.at < other.at ? [one.at, other.at] : [other.at, one.at];
  // What has happened in between shows that it is another one.
  const isBetween = record.transitions.some(({ said: { at } }) => at > first && at < last);
  return last - first <= apartMillis && !isBetween;
}

function isWithin(at: number, { earliest, at: latest }: Said): boolean {
  return at >= earliest - roundingMillis && at <= latest + roundingMillis;
}
