import type { SpanView } from '../../otlp/span-view.ts';
import {
  type Awaited,
  AwaitedParents,
  type Below,
  isMinorBelow,
  type Reasons,
  withReason,
  worse,
} from './awaited-parents.ts';
import { Causes, type FailedSpans } from './causes.ts';
import type { LocalTraces } from '../local-traces.ts';
import { numberOf, type SpanName } from '../span-name.ts';

/** Spans of a batch that are symptoms of failures that came earlier, by their index. */
export type Explained = ReadonlyMap<number, Awaited>;

/** A failure that was logged, and the span that it was logged in. */
interface LoggedIn {
  span: SpanName;
  isException: boolean;
  below: Below;
}

/** What is to come, and what failed below it. */
type Noted = ReadonlyMap<Awaited, () => Reasons | undefined>;

/**
 * One failure is one event. The spans above a failed one fail because of it, so of the exceptions along one path the
 * deepest is the event and the others are its symptoms; where no exception was recorded, the deepest failed span is. A
 * failed span without an exception below one with an exception is its cause, told with it and not by itself; so is an internal
 * one beside it (the socket of a call that was refused).
 *
 * Of a failure that is expected, or low, nobody is told: what failed worse above it is an event as well.
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
      awaited.isStored && !isMinorBelow(awaited.below) ? [] : [...(awaited.storing ?? [])],
    );
    return storing.length === 0 ? undefined : Promise.allSettled(storing);
  }

  /**
   * The failed spans of a batch that are events by themselves.
   * @param found what `find` has just found
   */
  causes(spans: FailedSpans, found: Explained, traces: LocalTraces, view: SpanView, now: number): Causes {
    const causes = new Causes(spans, traces, view);
    for (const [index, { told, below, certain }] of found) {
      // A message says of a span that it failed, if it did and says no more itself.
      if (told === 'message' && (!view.moveTo(index).failed || view.hasException)) continue;
      causes.explain(index, isMinorBelow(below));
      const above = this.awaited.note(traces, view.moveTo(traces.topOf(index)), now);
      if (above === undefined) continue;
      above.isStored = true;
      // Of what failed in a local root that is here it is known what became of it.
      const isCertain = traces.isLocalRoot(view.moveTo(traces.rootOf(index)));
      if (below !== undefined) learn(above, { worst: below, certain: isCertain ? below : certain });
    }
    return causes;
  }

  /**
   * What is above these spans and has not come yet will be a symptom; unless `storing` them fails, since then they are sent
   * again, or never.
   * @param below them by the span that is to come (`numberOf`), once they are stored
   */
  remember(
    causes: readonly number[],
    traces: LocalTraces,
    view: SpanView,
    now: number,
    storing: Promise<void>,
    below: ReadonlyMap<number, Reasons>,
  ): void {
    const noted = new Map<Awaited, () => Reasons | undefined>();
    for (const top of new Set(causes.map((cause) => traces.topOf(cause)))) {
      const awaited = this.awaited.note(traces, view.moveTo(top), now);
      if (awaited !== undefined) noted.set(awaited, () => below.get(numberOf(awaited)));
    }
    this.await(noted, storing);
  }

  /** The same of spans in which failures were logged: that they have failed is told by then. */
  expect(logged: readonly LoggedIn[], now: number, storing: Promise<void>): void {
    const noted = new Map<Awaited, () => Reasons | undefined>();
    for (const { span, isException, below } of logged) {
      const told = isException ? 'exception' : 'message';
      const awaited = this.awaited.add(span, now, told);
      // What more is known of it stands by itself.
      if (awaited.told !== told) continue;
      const reasons = withReason(noted.get(awaited)?.(), below, true);
      noted.set(awaited, () => reasons);
    }
    this.await(noted, storing);
  }

  /**
   * Of what failed below a span that is to come, nothing was lost after all: if it fails, it does by itself.
   * @param minor what failed there and is no reason either, unless it fails no worse
   */
  nothingBelow(span: SpanName, minor: Below | undefined, now: number): void {
    const awaited = this.awaited.get(span, now);
    if (awaited?.told !== 'failure below') return;
    const left = minor === undefined ? awaited.certain : worse(awaited.certain, minor);
    // Not the same one: what was made up for may be on its way to the store, and is a reason for the old one by then.
    this.awaited.delete(awaited);
    if (left === undefined) return;
    const { isStored, certain } = awaited;
    Object.assign(this.awaited.add(span, now, 'failure below'), { isStored, certain, below: left });
  }

  /** Whether what failed in this span did because of a failure below it that is stored. @param isMinor what failed in it */
  isExplained(span: SpanName, isMinor: boolean, now: number): boolean {
    const awaited = this.awaited.get(span, now);
    if (awaited?.told !== 'failure below' || !awaited.isStored) return false;
    return isMinor || !isMinorBelow(awaited.below);
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
      const reasons = below();
      if (isStored && reasons !== undefined) learn(awaited, reasons);
      if (awaited.storing?.size === 0) awaited.storing = undefined;
      awaited.isStored ||= isStored;
      if (!awaited.isStored && awaited.storing === undefined) this.awaited.delete(awaited);
    }
  }
}

function learn(awaited: Awaited, { worst, certain }: Reasons): void {
  awaited.below = worse(awaited.below, worst);
  if (certain !== undefined) awaited.certain = worse(awaited.certain, certain);
}
