import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { LocalTraceEvents } from '../../telemetry/local-trace-events.ts';
import { AwaitedSpans } from './awaited-spans.ts';
import { Expiring } from './expiring.ts';
import { type Awaiting, type HeldPart, isPart, type KeptMark, newMark, nobody } from './held-part.ts';
import { HeldSpans, type OpenRequest } from './held-spans.ts';
import { TakenSpans } from './taken-spans.ts';

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
  onExpired: (parts: readonly HeldPart[]) => void;
}

/**
 * Parts of local traces that wait for spans that are to come, and marks of what was kept of others. Whoever comes is asked for by the
 * span that it hangs on.
 */
export class WaitingRoom {
  private readonly events: WaitingRoomDependencies['events'];
  private readonly awaited = new AwaitedSpans();
  private readonly held: HeldSpans;
  private readonly taken: TakenSpans;
  private readonly parts: Expiring<HeldPart>;
  private readonly marks: Expiring<KeptMark>;

  constructor({ holdMillis, maxBytes }: HoldOptions, { clock, events, onExpired }: WaitingRoomDependencies) {
    this.events = events;
    this.held = new HeldSpans(maxBytes);
    this.taken = new TakenSpans(this.held);
    this.parts = new Expiring(clock, holdMillis, (parts) => {
      for (const part of parts) this.awaited.delete(part);
      onExpired(parts);
    });
    this.marks = new Expiring(clock, rememberedMillis, (marks) => {
      for (const mark of marks) this.awaited.delete(mark);
    });
  }

  /** Whether nothing waits for anything. */
  get isEmpty(): boolean {
    return this.awaited.none;
  }

  /** Whether it is worth to call what waits for it. @param hash of a span that has come */
  mayAwait(hash: number): boolean {
    return this.awaited.mayKnow(hash);
  }

  /**
   * What waits for this span no longer does.
   * @param top above it. @returns the one that came first, and behind it the others by `after`
   */
  call(hash: number, bits: number, top: number): Awaiting | undefined {
    const first = this.awaited.take(hash, bits);
    for (let one = first; one !== undefined; one = one.after) {
      one.calledBy = top;
      if (!isPart(one)) this.marks.delete(one);
    }
    return first;
  }

  /** The part that this span is in, which is held. */
  partWith(hash: number, bits: number): HeldPart | undefined {
    return this.held.find(hash, bits);
  }

  /** What is held from now on is of this request. */
  open(batch: TraceBatch): void {
    this.held.open(batch);
  }

  /** Lets go of it. */
  close(): void {
    this.held.close();
  }

  /** Holds the spans of a chain for a part; see `HeldSpans.add`. @returns whether there was room for them */
  hold(part: HeldPart, first: number, next: Int32Array, request: OpenRequest): boolean {
    if (!this.held.add(part, first, next, request)) return false;
    this.awaited.add(part);
    this.parts.add(part);
    this.events.held(part.spans);
    return true;
  }

  /**
   * The span that it waited for has come and the local root has not: it waits on for the next one above it, no longer than it would
   * have. @param other that waits for it
   */
  waitOn(part: HeldPart, other: Pick<HeldPart, 'parentHash' | 'parentBits'>): void {
    part.parentHash = other.parentHash;
    part.parentBits = other.parentBits;
    part.calledBy = nobody;
    this.awaited.add(part);
  }

  /** @param parts that were called or have waited in vain. @returns their spans, valid until the next call */
  take(parts: readonly HeldPart[]): TakenSpans {
    let spans = 0;
    for (const part of parts) {
      spans += part.spans;
      this.parts.delete(part);
    }
    this.events.held(-spans);
    this.taken.take(parts);
    return this.taken;
  }

  /** What hangs on this span is no noise any more. @param always whether the sampling ratio does not matter either */
  mark(parentHash: number, parentBits: number, always: boolean): void {
    const { oldest } = this.marks;
    if (this.marks.size >= mostMarks && oldest !== undefined) {
      this.marks.delete(oldest);
      this.awaited.delete(oldest);
    }
    const mark = newMark(parentHash, parentBits, always);
    this.awaited.add(mark);
    this.marks.add(mark);
  }

  /** Nothing more will come: all that waits has waited in vain. */
  stop(): void {
    this.parts.expireAll();
  }
}
