import type { SpanView } from '../../otlp/span-view.ts';
import { spanKind } from '../../otlp/span-view.ts';
import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import type { ShadowBreakers } from '../breakers/shadow-breakers.ts';
import type { Retries } from '../retries/retries.ts';
import type { AttemptMetrics } from './attempt-metrics.ts';
import { type Caller, type CallReader, isClientSpan } from './call-reader.ts';
import type { ClientCall } from './client-call.ts';
import { mayBeRetried } from './outcome.ts';

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
  private readonly call: ClientCall;
  /** By index of a span, whether there is a call below it. */
  private isAround = new Uint8Array(0);
  /** Hashes of spans that calls named as their parent before they came. Each has one place, which it may lose to another. */
  private readonly above = new Int32Array(mostAbove);

  constructor(parts: ClientCallParts) {
    this.parts = parts;
    this.call = {
      place: parts.reader.places.other,
      operation: 0,
      method: 0,
      outcome: 0,
      weight: 1,
      startMillis: 0,
      endMillis: 0,
      isMarked: false,
      spanHash: 0,
      parentHash: 0,
      instance: 0,
    };
  }

  take(spans: RequestSpans): void {
    const { reader, retries, breakers } = this.parts;
    const { view, count, traces, resourceFacts } = spans;
    reader.open(spans.batch);
    reader.places.begin();
    retries?.begin();
    breakers?.begin();
    this.findAround(spans);
    for (let index = 0; index < count; index++) {
      view.moveTo(index);
      const hash = traces.hashOf(index);
      if (retries?.awaits(hash) === true) retries.noteParent(hash, traces.parentHashOf(index), view);
      if (!isClientSpan(view)) {
        if (isAskedFor(view)) breakers?.worked(resourceFacts[view.resource]!.identityBits);
        continue;
      }
      if (this.isAround[index] === 1) continue;
      if (this.above[hash & (mostAbove - 1)] !== hash) this.takeCall(spans, index);
    }
  }

  private takeCall({ view, traces, resourceFacts }: RequestSpans, index: number): void {
    const { reader, attempts, retries, breakers } = this.parts;
    const { call } = this;
    if (!reader.read(view, resourceFacts[view.resource]!, call)) return;
    call.spanHash = traces.hashOf(index);
    const parent = traces.parentHashOf(index);
    call.parentHash = parent;
    if (parent !== 0 && traces.parentOf(index) === -1) this.above[parent & (mostAbove - 1)] = parent;
    attempts.count(call);
    call.place.profile.count(call.outcome, call.endMillis - call.startMillis, call.weight);
    retries?.add(call, mayBeRetried(call.outcome) ? reader.reasonOf(view, call) : undefined);
    breakers?.take(call);
  }

  /** Notes the parents of calls that are in the request themselves, and which of those are calls. */
  private findAround({ view, count, traces }: RequestSpans): void {
    const { reader, retries } = this.parts;
    if (this.isAround.length < count) this.isAround = new Uint8Array(count);
    else this.isAround.fill(0, 0, count);
    for (let index = 0; index < count; index++) {
      if (!isClientSpan(view.moveTo(index))) continue;
      const parent = traces.parentOf(index);
      if (parent === -1) continue;
      const isInCall = view.moveTo(parent).kind === spanKind.client;
      if (isInCall && reader.isCall(view.moveTo(index))) this.isAround[parent] = 1;
      retries?.noteParent(traces.hashOf(parent), traces.parentHashOf(parent), view.moveTo(parent));
    }
  }
}

/** Whether it is work that somebody, or a clock, asked for. */
function isAskedFor({ kind, hasParent }: SpanView): boolean {
  return kind === spanKind.server || kind === spanKind.consumer || !hasParent;
}
