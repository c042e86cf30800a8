import type { SpanView } from '../../otlp/span-view.ts';
import { spanKind } from '../../otlp/span-view.ts';
import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import type { ShadowBreakers } from '../breakers/shadow-breakers.ts';
import type { Retries } from '../retries/retries.ts';
import type { AttemptMetrics } from './attempt-metrics.ts';
import { type Caller, type CallReader, isClientSpan } from './call-reader.ts';
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

const mostAbove = 2 ** 14;

/**
 * Finds calls to other processes in requests of spans, and hands each to who counts attempts and infers retries, when it comes: also
 * what is held until its local root has come, since what failed may be tried again before that.
 *
 * A call with others below it is counted as those: an SDK that puts a span around the attempts of its own client.
 */
export class ClientCalls {
  private readonly parts: ClientCallParts;
  /** By index of a span, whether there is a call below it. */
  private isAround = new Uint8Array(0);
  /** Hashes of spans that calls named as their parent before they came. Each has one place, which it may lose to another. */
  private readonly above = new Int32Array(mostAbove);

  constructor(parts: ClientCallParts) {
    this.parts = parts;
  }

  /** Reads the calls of a request, while its bytes are near: nothing is counted yet. */
  read(spans: RequestSpans, into: RequestCalls): void {
    const { reader } = this.parts;
    const { view, count, traces } = spans;
    into.clear();
    reader.open(spans.batch);
    reader.places.begin();
    this.findAround(spans, into);
    for (let index = 0; index < count; index++) {
      view.moveTo(index);
      const hash = traces.hashOf(index);
      const isNamed = this.above[hash & (mostAbove - 1)] === hash;
      if (isNamed) this.learn(spans, index, into);
      else if (isClientSpan(view) && this.isAround[index] === 0) this.readCall(spans, index, into);
    }
  }

  /** Counts them, once the request is sure to be taken. @param calls as they were read from it */
  take({ view, count, traces, resourceFacts }: RequestSpans, calls: RequestCalls): void {
    const { attempts, retries, breakers } = this.parts;
    retries?.begin();
    breakers?.begin();
    for (const parent of calls.parents) retries?.parentCame(parent);
    for (let index = 0; index < count; index++) {
      view.moveTo(index);
      const hash = traces.hashOf(index);
      if (retries?.awaits(hash) === true) retries.noteParent(hash, traces.parentHashOf(index), view);
      if (isAskedFor(view)) breakers?.worked(resourceFacts[view.resource]!.identityBits);
    }
    for (let i = 0; i < calls.length; i++) {
      const call = calls.at(i);
      attempts.count(call);
      call.place.profile.count(call.outcome, call.endMillis - call.startMillis, call.weight);
      retries?.add(call);
      breakers?.take(call);
    }
  }

  private readCall({ view, traces, resourceFacts }: RequestSpans, index: number, into: RequestCalls): void {
    const { reader } = this.parts;
    const call = into.next(reader.places.other);
    if (!reader.read(view, resourceFacts[view.resource]!, call)) return;
    into.length++;
    call.reason = mayBeRetried(call.outcome) ? reader.reasonOf(view, call) : undefined;
    call.spanHash = traces.hashOf(index);
    const parent = traces.parentHashOf(index);
    call.parentHash = parent;
    call.idEnd = view.spanIdLow | 0;
    if (parent !== 0 && traces.parentOf(index) === -1) this.above[parent & (mostAbove - 1)] = parent;
  }

  /** Notes the parents of calls that are in the request themselves, and which of those are calls. */
  private findAround(spans: RequestSpans, into: RequestCalls): void {
    const { view, count, traces } = spans;
    const { reader } = this.parts;
    if (this.isAround.length < count) this.isAround = new Uint8Array(count);
    else this.isAround.fill(0, 0, count);
    for (let index = 0; index < count; index++) {
      if (!isClientSpan(view.moveTo(index))) continue;
      const parent = traces.parentOf(index);
      if (parent === -1) continue;
      const isInCall = view.moveTo(parent).kind === spanKind.client;
      if (isInCall && reader.isCall(view.moveTo(index))) this.isAround[parent] = 1;
      this.learn(spans, parent, into);
    }
  }

  private learn({ view, traces }: RequestSpans, index: number, into: RequestCalls): void {
    const hash = traces.hashOf(index);
    const isAwaited = this.parts.retries?.learnParent(hash, traces.parentHashOf(index), view.moveTo(index));
    if (isAwaited === true) into.parents.push(hash);
  }
}

/** Whether it is work that somebody, or a clock, asked for. */
function isAskedFor({ kind, hasParent }: SpanView): boolean {
  if (kind === spanKind.client || kind === spanKind.producer) return false;
  return kind === spanKind.server || kind === spanKind.consumer || !hasParent;
}
