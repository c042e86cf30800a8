import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { LocalTraceEvents } from '../../telemetry/local-trace-events.ts';
import { type Fate, fate } from '../fate.ts';
import { AwaitedSpans } from './awaited-spans.ts';
import { Expiring } from './expiring.ts';
import { HeldSpans, type OpenRequest } from './held-spans.ts';
import { Origins } from './origins.ts';
import { TakenSpans } from './taken-spans.ts';
import { field, none, Waiters } from './waiters.ts';

/** What was kept is remembered for so long. */
const rememberedMillis = 60_000;
/** Beyond it the oldest is forgotten. */
const mostMarks = 20_000;

export interface HoldOptions {
  /** How long spans wait for their local root. */
  holdMillis: number;
  /** For all that wait. */
  maxBytes: number;
}

export interface WaitingRoomDependencies {
  clock: Clock;
  events: Pick<LocalTraceEvents, 'held'>;
  /** Given what has waited in vain, which is still to be taken. */
  onExpired: (parts: readonly number[]) => void;
}

/** Of a part that is to be held. */
export interface Wanted {
  /** The span that it hangs on, which is to come. */
  hash: number;
  bits: number;
  otherwise: Fate;
  origin: number;
  spans: number;
}

/**
 * Parts of local traces that wait for spans that are to come, and marks of what was kept of others. Whoever comes is asked for by the
 * span that it hangs on.
 */
export class WaitingRoom {
  readonly waiters = new Waiters();
  readonly origins = new Origins();
  private readonly events: WaitingRoomDependencies['events'];
  private readonly awaited = new AwaitedSpans(this.waiters);
  private readonly held: HeldSpans;
  private readonly taken: TakenSpans;
  private readonly clock: Clock;
  /** By the monotonic clock, when the request that is open was opened. */
  private now = 0;
  private readonly parts: Expiring;
  private readonly marks: Expiring;

  constructor({ holdMillis, maxBytes }: HoldOptions, { clock, events, onExpired }: WaitingRoomDependencies) {
    this.events = events;
    this.clock = clock;
    this.held = new HeldSpans(maxBytes);
    this.taken = new TakenSpans(this.held);
    this.parts = new Expiring(this.waiters, clock, holdMillis, (parts) => {
      for (const part of parts) this.awaited.delete(part);
      onExpired(parts);
    });
    this.marks = new Expiring(this.waiters, clock, rememberedMillis, (marks) => {
      for (const mark of marks) this.forget(mark);
    });
  }

  /** Whether nothing waits for anything. */
  get isEmpty(): boolean {
    return this.awaited.isEmpty;
  }

  /** Whether it is worth to call what waits for it. @param hash of a span that has come */
  mayAwait(hash: number): boolean {
    return this.awaited.mayKnow(hash);
  }

  /** What waits for this span no longer does. @param top above it. @param into to which what waited is added */
  call(hash: number, bits: number, top: number, into: number[]): void {
    const first = into.length;
    this.awaited.take(hash, bits, into);
    for (let i = first; i < into.length; i++) this.waiters.set(into[i]!, field.calledBy, top);
  }

  /** The part that this span is in; `none` if it is not held. */
  partWith(hash: number, bits: number): number {
    return this.held.find(hash, bits);
  }

  /** What is held from now on is of this request. */
  open(batch: TraceBatch): void {
    this.held.open(batch);
    this.now = this.clock.monotonic();
  }

  /** Lets go of it. @param spans of it that are held */
  close(spans: number): void {
    this.held.close();
    this.events.held(spans);
  }

  /** Holds a chain of spans; see `HeldSpans.add`. @returns the part that they are; `none` if there was no room for them */
  hold(
    { hash, bits, otherwise, origin, spans }: Wanted,
    first: number,
    next: Int32Array,
    request: OpenRequest,
  ): number {
    const { waiters, awaited, parts } = this;
    const part = waiters.add(hash, bits, otherwise);
    const record = this.held.add(part, first, next, request);
    if (record === none) {
      waiters.delete(part);
      return none;
    }
    waiters.set(part, field.record, record);
    waiters.set(part, field.spans, spans);
    waiters.set(part, field.origin, origin);
    this.origins.hold(origin);
    awaited.add(part);
    parts.add(part, this.now);
    return part;
  }

  /**
   * The span that it waited for has come and the local root has not: it waits on for the next one above it, no longer than it would
   * have. @param other that waits for that
   */
  waitOn(part: number, other: number): void {
    const { waiters, awaited } = this;
    waiters.set(part, field.hash, waiters.get(other, field.hash));
    waiters.set(part, field.bits, waiters.get(other, field.bits));
    waiters.set(part, field.calledBy, none);
    awaited.add(part);
  }

  /**
   * @param parts that were called or have waited in vain; they are no more
   * @param origins to which that of each part is added, for who settles them
   * @returns their spans, to be closed before the next call
   */
  take(parts: readonly number[], origins: number[]): TakenSpans {
    const { waiters, taken } = this;
    const records: number[] = [];
    for (const part of parts) {
      records.push(waiters.get(part, field.record));
      origins.push(waiters.get(part, field.origin));
      this.parts.delete(part);
      waiters.delete(part);
    }
    taken.take(records);
    this.events.held(-taken.count);
    return taken;
  }

  /** What hangs on this span is no noise any more. @param always whether the sampling ratio does not matter either */
  mark(hash: number, bits: number, always: boolean): void {
    const { marks } = this;
    if (marks.size >= mostMarks) {
      const { oldest } = marks;
      marks.delete(oldest);
      this.forget(oldest);
    }
    const mark = this.waiters.add(hash, bits, always ? fate.keepAll : fate.keep);
    this.awaited.add(mark);
    marks.add(mark, this.clock.monotonic());
  }

  /** A mark that was called has said what it had to. */
  heard(mark: number): void {
    this.marks.delete(mark);
    this.waiters.delete(mark);
  }

  /** Nothing more will come: all that waits has waited in vain. */
  stop(): void {
    this.parts.expireAll();
  }

  /** @param mark that waits, and is in no list of marks any more */
  private forget(mark: number): void {
    this.awaited.delete(mark);
    this.waiters.delete(mark);
  }
}
