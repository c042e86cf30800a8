import type { SpanView } from '../../otlp/span-view.ts';
import { isCallKind, spanKind } from '../../otlp/span-kind.ts';
import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import type { ShadowBreakers } from '../breakers/shadow-breakers.ts';
import type { Retries } from '../retries/retries.ts';
import type { AttemptMetrics } from './attempt-metrics.ts';
import { type Caller, type CallReader } from './call-reader.ts';
import { mayBeRetried } from './outcome.ts';
import type { RequestCalls } from './request-calls.ts';

/** The spans of one request, and how they hang together. */
export interface RequestSpans {
  batch: TraceBatch;
  view: SpanView;
  count: number;
  traces: {
    /** -1 if it is not in the request. */
    parentOf(index: number): number;
    hashOf(index: number): number;
    parentHashOf(index: number): number;
  };
  /** By index of the resource. */
  resourceFacts: readonly Caller[];
}

/** What looks at each call. */
export interface ClientCallParts {
  reader: CallReader;
  attempts: AttemptMetrics;
  retries: Retries | undefined;
  breakers: ShadowBreakers | undefined;
}

const mostAbove = 2 ** 13;
/** What is known of a span of the request: that there is a call below it, and that it was learnt of as a parent. */
const known = { isAround: 1, isLearnt: 2 } as const;

/**
 * Finds calls to other processes in requests of spans, and hands each to who counts attempts and infers retries, when it comes: also
 * what is held until its local root has come, since what failed may be tried again before that.
 *
 * A call with others below it is counted as those: an SDK that puts a span around the attempts of its own client.
 */
export class ClientCalls {
  private readonly parts: ClientCallParts;
  /** By index of a span, bits of `known`. */
  private known = new Uint8Array(0);
  /** Spans that may be calls, and how many there are. */
  private candidates = new Int32Array(0);
  private found = 0;
  /** Requests that were counted. */
  private taken = 0;
  /** Hashes of spans that calls named as their parent before they came. Each has one place, which it may lose to another. */
  private readonly above = new Int32Array(mostAbove);

  constructor(parts: ClientCallParts) {
    this.parts = parts;
  }

  /** Reads the calls of a request, while its bytes are near: nothing is counted yet. */
  read(spans: RequestSpans, into: RequestCalls): void {
    const { reader } = this.parts;
    into.clear();
    into.readAfter = this.taken;
    reader.open(spans.batch);
    reader.places.begin();
    this.look(spans, into);
    for (let i = 0; i < this.found; i++) {
      const index = this.candidates[i]!;
      const isAround = (this.known[index]! & known.isAround) !== 0;
      // What a call was made in is none itself: it is counted as those in it.
      if (!isAround && !this.isNamed(spans.traces.hashOf(index))) this.readCall(spans, index, into);
    }
  }

  /** Counts them, once the request is sure to be taken. @param calls as they were read from it */
  take(spans: RequestSpans, calls: RequestCalls): void {
    const { attempts, retries, breakers } = this.parts;
    const { resourceFacts } = spans;
    retries?.begin();
    breakers?.begin();
    if (calls.readAfter !== this.taken) this.learnLate(spans, calls);
    this.taken++;
    for (const parent of calls.parents) retries?.parentCame(parent);
    for (let resource = 0; resource < calls.work.length; resource++) {
      const work = calls.work[resource];
      if (work !== undefined) breakers?.worked(resourceFacts[resource]!.identityBits, work);
    }
    for (let i = 0; i < calls.length; i++) {
      const call = calls.at(i);
      attempts.count(call);
      call.place.profile.count(call.outcome, call.endMillis - call.startMillis, call.weight);
      retries?.add(call);
      breakers?.take(call);
    }
  }

  /** Finds what may be a call, learns of what calls were made in, and counts what the app was asked for. */
  private look(spans: RequestSpans, into: RequestCalls): void {
    const { view, count, traces } = spans;
    const { retries } = this.parts;
    if (this.known.length < count) {
      this.known = new Uint8Array(count);
      this.candidates = new Int32Array(count);
    } else this.known.fill(0, 0, count);
    this.found = 0;
    for (let index = 0; index < count; index++) {
      const hash = traces.hashOf(index);
      if (this.isNamed(hash) || retries?.awaits(hash) === true) this.learn(spans, index, into);
      if (isCallKind(view.moveTo(index).kind)) {
        this.candidates[this.found++] = index;
        this.lookAbove(spans, index, into);
      } else if (isAskedFor(view)) into.worked(view.resource);
    }
  }

  /** Other requests were counted since it was read: their calls may have been made in spans of this one. */
  private learnLate({ view, count, traces }: RequestSpans, { parents }: RequestCalls): void {
    const { retries } = this.parts;
    for (let index = 0; index < count; index++) {
      const hash = traces.hashOf(index);
      if (retries?.awaits(hash) !== true) continue;
      retries.learnParent(hash, traces.parentHashOf(index), view.moveTo(index));
      parents.push(hash);
    }
  }

  /** A call that came before named it as its parent. */
  private isNamed(hash: number): boolean {
    return this.above[hash & (mostAbove - 1)] === hash;
  }

  private readCall({ view, traces, resourceFacts }: RequestSpans, index: number, into: RequestCalls): void {
    const { reader } = this.parts;
    const call = into.next(reader.places.other);
    if (!reader.read(view.moveTo(index), resourceFacts[view.resource]!, call)) return;
    into.length++;
    call.reason = mayBeRetried(call.outcome) ? reader.reasonOf(view, call) : undefined;
    const parent = traces.parentHashOf(index);
    call.parentHash = parent;
    call.idEnd = view.spanIdLow | 0;
    if (parent !== 0 && traces.parentOf(index) === -1) this.above[parent & (mostAbove - 1)] = parent;
  }

  /** Where the span that a call was made in is in the request itself: that may be a call around it. */
  private lookAbove(spans: RequestSpans, index: number, into: RequestCalls): void {
    const { view, traces } = spans;
    const { reader } = this.parts;
    const parent = traces.parentOf(index);
    if (parent === -1) return;
    const isInCall = isCallKind(view.moveTo(parent).kind);
    if (isInCall && reader.isCall(view.moveTo(index))) this.known[parent]! |= known.isAround;
    this.learn(spans, parent, into);
  }

  private learn({ view, traces }: RequestSpans, index: number, into: RequestCalls): void {
    if ((this.known[index]! & known.isLearnt) !== 0) return;
    this.known[index]! |= known.isLearnt;
    const hash = traces.hashOf(index);
    const isAwaited = this.parts.retries?.learnParent(hash, traces.parentHashOf(index), view.moveTo(index));
    if (isAwaited === true) into.parents.push(hash);
  }
}

/** Whether it is work that somebody, or a clock, asked for. @param span that is no call */
function isAskedFor({ kind, hasParent }: SpanView): boolean {
  return kind === spanKind.server || kind === spanKind.consumer || !hasParent;
}
