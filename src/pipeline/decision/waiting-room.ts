import type { SpanView } from '../../otlp/span-view.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { LocalTraceEvents } from '../../telemetry/local-trace-events.ts';
import type { SpanName } from '../failures/awaited-parents.ts';
import type { LocalTraces } from '../local-traces.ts';
import { Arrivals } from './arrivals.ts';
import { AwaitedSpans } from './awaited-spans.ts';
import { Expiring } from './expiring.ts';
import type { HeldPart, KeptMark } from './held-part.ts';
import { HeldSpans } from './held-spans.ts';
import { Slab } from './slab.ts';

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
  onExpired: (part: HeldPart) => void;
}

/**
 * Parts of local traces that wait for spans that are to come, and marks of what was kept of others. Whoever comes is asked for by the
 * span that it hangs on; the bytes lie in a slab.
 */
export class WaitingRoom {
  private readonly events: WaitingRoomDependencies['events'];
  private readonly slab: Slab;
  private readonly awaited = new AwaitedSpans();
  private readonly heldSpans = new HeldSpans();
  private readonly parts: Expiring<HeldPart>;
  private readonly marks: Expiring<KeptMark>;

  constructor({ holdMillis, maxBytes }: HoldOptions, { clock, events, onExpired }: WaitingRoomDependencies) {
    this.events = events;
    this.slab = new Slab(maxBytes);
    this.parts = new Expiring(clock, holdMillis, (part) => {
      this.awaited.delete(part);
      onExpired(part);
    });
    this.marks = new Expiring(clock, rememberedMillis, (mark) => this.awaited.delete(mark));
  }

  /** Calls what waits for spans of a request. @param open the topmost of them whose local root is to come */
  arrivalsFor(traces: LocalTraces, open: readonly number[]): Arrivals {
    return new Arrivals(traces, open, this.awaited, this.heldSpans);
  }

  /** The span that decides on what hangs on this one: its parent, or the one that its parent waits for as well. */
  awaitedBy(top: number, traces: LocalTraces, view: SpanView): SpanName {
    const held = this.heldSpans.find(traces.parentHashOf(top), traces.bitsOf(top, 'parent'));
    return held?.parent ?? traces.parentToCome(view.moveTo(top))!;
  }

  /** @param bytes of the part, not kept. @returns whether there was room for it */
  hold(bytes: Uint8Array, wanted: Omit<HeldPart, 'place' | 'byteLength'>): boolean {
    const place = this.slab.store(bytes);
    if (place === -1) return false;
    const part = { ...wanted, place, byteLength: bytes.length };
    this.awaited.add(part);
    this.heldSpans.add(part);
    this.parts.add(part);
    this.events.held(part.spans);
    return true;
  }

  /** The span that it waited for has come and the local root has not: it waits on for the next one above it, no longer than it would have. */
  waitOn(part: HeldPart, parent: SpanName): void {
    part.parent = parent;
    this.awaited.add(part);
  }

  /** @param parts that were called or have waited in vain. @returns their requests as one, in memory of its own */
  take(parts: readonly HeldPart[]): Uint8Array {
    const length = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    let at = 0;
    let spans = 0;
    for (const part of parts) {
      this.slab.take(part.place, bytes.subarray(at, at + part.byteLength));
      at += part.byteLength;
      spans += part.spans;
      this.parts.delete(part);
      this.heldSpans.delete(part);
    }
    this.events.held(-spans);
    return bytes;
  }

  /** What hangs on this span is no noise any more. @param always whether the sampling ratio does not matter either */
  mark(parent: SpanName, always: boolean): void {
    const { oldest } = this.marks;
    if (this.marks.size >= mostMarks && oldest !== undefined) {
      this.marks.delete(oldest);
      this.awaited.delete(oldest);
    }
    const mark = { parent, always };
    this.awaited.add(mark);
    this.marks.add(mark);
  }

  /** Nothing more will come: all that waits has waited in vain. */
  stop(): void {
    this.parts.expireAll();
  }
}
