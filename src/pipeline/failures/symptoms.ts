import { type SpanView, spanKind } from '../../otlp/span-view.ts';
import { type Awaited, AwaitedParents, type Below, type SpanName, worse } from './awaited-parents.ts';
import type { LocalTraces } from '../local-traces.ts';

/** Spans of a batch that are symptoms of failures that came earlier, by their index. */
export type Explained = ReadonlyMap<number, Awaited>;

/** A failure that was logged, and the span that it was logged in. */
interface LoggedIn {
  span: SpanName;
  isException: boolean;
  below: Below;
}

/** The failed spans of a batch, in any order, and whether what is above one cannot have failed because of it. */
interface FailedSpans {
  failed: readonly number[];
  isHarmless: (index: number) => boolean;
}

/** What is to come, and the worst failure below it. */
type Noted = ReadonlyMap<Awaited, () => Below | undefined>;

/**
 * One failure is one event. The spans above a failed one fail because of it, so of the exceptions along one path the
 * deepest is the event and the others are its symptoms; where no exception was recorded, the deepest failed span is. A
 * failed span without an exception below one with an exception is its cause, told with it and not by itself; so is an internal
 * one beside it (the socket of a call that was refused).
 *
 * Parents end after their children and may come in a later request, so the parents that are still to come are remembered.
 */
export class Symptoms {
  private readonly awaited = new AwaitedParents();

  /** @param now by the monotonic clock */
  find(traces: LocalTraces, now: number): Explained {
    return this.awaited.find(traces, now);
  }

  /**
   * What these spans are symptoms of and is not stored yet: until it is, or cannot be, nobody knows whether they are failures
   * by themselves.
   */
  undecided(found: Explained): Promise<unknown> | undefined {
    const storing = [...found.values()].flatMap((awaited) =>
      awaited.isStored ? [] : [...(awaited.storing ?? [])],
    );
    return storing.length === 0 ? undefined : Promise.allSettled(storing);
  }

  /**
   * The failed spans of a batch that are events by themselves.
   * @param found what `find` has just found
   */
  causes(
    { failed, isHarmless }: FailedSpans,
    found: Explained,
    traces: LocalTraces,
    view: SpanView,
    now: number,
  ): number[] {
    const explained = new Set<number>();
    this.climbFromEarlierFailures(found, traces, view, explained, now);
    const exceptions = new Set(failed.filter((index) => view.moveTo(index).hasException));
    for (const index of exceptions) if (!isHarmless(index)) climb(traces, index, explained);
    const isBelowException = traces.askUpwards(
      (index) => traces.rootOf(index) !== index && (exceptions.has(traces.parentOf(index)) || undefined),
    );
    const parents = new Set([...exceptions].map((index) => traces.parentOf(index)));
    const isBeside = (index: number): boolean =>
      parents.has(traces.parentOf(index)) &&
      traces.parentOf(index) !== -1 &&
      view.moveTo(index).kind === spanKind.internal;
    const silent = failed.filter(
      (index) =>
        !exceptions.has(index) &&
        !explained.has(index) &&
        isBelowException(index) !== true &&
        !isBeside(index),
    );
    for (const index of silent) if (!isHarmless(index)) climb(traces, index, explained);
    return [...exceptions, ...silent].filter((index) => !explained.has(index)).sort((a, b) => a - b);
  }

  /**
   * What is above these spans and has not come yet will be a symptom; unless `storing` them fails, since then they are sent
   * again, or never.
   * @param below the worst of them by the topmost span above it, once they are stored
   */
  remember(
    causes: readonly number[],
    traces: LocalTraces,
    view: SpanView,
    now: number,
    storing: Promise<void>,
    below: ReadonlyMap<number, Below>,
  ): void {
    const noted = new Map<Awaited, () => Below | undefined>();
    for (const top of new Set(causes.map((cause) => traces.topOf(cause)))) {
      const awaited = this.awaited.note(traces, view.moveTo(top), now);
      if (awaited !== undefined) noted.set(awaited, () => below.get(top));
    }
    this.await(noted, storing);
  }

  /** The same of spans in which failures were logged: that they have failed is told by then. */
  expect(logged: readonly LoggedIn[], now: number, storing: Promise<void>): void {
    const noted = new Map<Awaited, () => Below | undefined>();
    for (const { span, isException, below } of logged) {
      const told = isException ? 'exception' : 'message';
      const awaited = this.awaited.add(span, now, told);
      // What more is known of it stands by itself.
      if (awaited.told === told) noted.set(awaited, () => below);
    }
    this.await(noted, storing);
  }

  /** Of what failed below a span that is to come, nothing was lost after all: if it fails, it does by itself. */
  nothingBelow(span: SpanName, now: number): void {
    const awaited = this.awaited.get(span, now);
    if (awaited?.told === 'failure below') this.awaited.delete(awaited);
  }

  /** Whether a failure below this span is stored. */
  isAboveFailure(span: SpanName, now: number): boolean {
    const awaited = this.awaited.get(span, now);
    return awaited?.told === 'failure below' && awaited.isStored;
  }

  /** Settled when it is known whether one is; undefined if that is known. */
  storingBelow(span: SpanName, now: number): Promise<unknown> | undefined {
    const awaited = this.awaited.get(span, now);
    return awaited === undefined ? undefined : this.undecided(new Map([[0, awaited]]));
  }

  private await(noted: Noted, storing: Promise<void>): void {
    for (const awaited of noted.keys()) {
      awaited.storing ??= new Set();
      awaited.storing.add(storing);
    }
    storing.then(
      () => this.settle(noted, storing, true),
      () => this.settle(noted, storing, false),
    );
  }

  /** The request with these spans is taken: none of them is to come any more. */
  arrived(found: Explained): void {
    for (const awaited of found.values()) this.awaited.delete(awaited);
  }

  private settle(noted: Noted, storing: Promise<void>, isStored: boolean): void {
    for (const [awaited, below] of noted) {
      awaited.storing?.delete(storing);
      const worst = below();
      if (isStored && worst !== undefined) awaited.below = worse(awaited.below, worst);
      if (awaited.storing?.size === 0) awaited.storing = undefined;
      awaited.isStored ||= isStored;
      if (!awaited.isStored && awaited.storing === undefined) this.awaited.delete(awaited);
    }
  }

  private climbFromEarlierFailures(
    found: Explained,
    traces: LocalTraces,
    view: SpanView,
    explained: Set<number>,
    now: number,
  ): void {
    for (const [index, { told, below }] of found) {
      // A message says of a span that it failed, if it did and says no more itself.
      if (told === 'message' && (!view.moveTo(index).failed || view.hasException)) continue;
      explained.add(index);
      climb(traces, index, explained);
      const above = this.awaited.note(traces, view.moveTo(traces.topOf(index)), now);
      if (above === undefined) continue;
      above.isStored = true;
      if (below !== undefined) above.below = worse(above.below, below);
    }
  }
}

/** Adds everything above a span; stops where somebody else has been, since from there on all is added. */
function climb(traces: LocalTraces, index: number, explained: Set<number>): void {
  for (let at = traces.parentOf(index); at !== -1 && !explained.has(at); at = traces.parentOf(at))
    explained.add(at);
}
