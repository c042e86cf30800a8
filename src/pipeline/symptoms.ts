import type { SpanKey } from '../otlp/span-ids.ts';
import { type SpanView, spanKind } from '../otlp/span-view.ts';
import type { LocalTraces } from './local-traces.ts';

/** An SDK sends a parent that outlived its children within seconds; what comes later is an event of its own. */
const rememberedMillis = 60_000;
const mostRemembered = 10_000;

/** A span that is to come and then is a symptom. */
interface Awaited {
  key: SpanKey;
  at: number;
  /** Whether a failure below it is stored. */
  isStored: boolean;
  /** Failures below it that are being stored. */
  storing: Set<Promise<void>>;
}

/**
 * One failure is one event. The spans above a failed one fail because of it, so of the exceptions along one path the
 * deepest is the event and the others are its symptoms; where no exception was recorded, the deepest failed span is. A
 * failed span without an exception below one with an exception is its cause, told with it and not by itself; so is an internal
 * one beside it (the socket of a call that was refused).
 *
 * Parents end after their children and may come in a later request, so the parents that are still to come are remembered.
 */
export class Symptoms {
  /** By key of the span that is to come, in the order in which they were noted. */
  private readonly awaited = new Map<string, Awaited>();

  /** Whether no parent is awaited: a batch without failures then needs no look at all. */
  get none(): boolean {
    return this.awaited.size === 0;
  }

  /**
   * What these spans are symptoms of and is not stored yet: until it is, or cannot be, nobody knows whether they are failures
   * by themselves.
   */
  storing(traces: LocalTraces): Promise<void> | undefined {
    for (const { key, storing } of this.awaited.values()) {
      const [first] = storing;
      if (first !== undefined && traces.indexOf(key) !== -1) return first.catch(() => undefined);
    }
    return undefined;
  }

  /** The failed spans of a batch that are events by themselves. @param failed in any order */
  causes(failed: readonly number[], traces: LocalTraces, view: SpanView, now: number): number[] {
    const explained = new Set<number>();
    this.climbFromEarlierFailures(traces, view, explained, now);
    const exceptions = new Set(failed.filter((index) => view.moveTo(index).hasException));
    for (const index of exceptions) climb(traces, index, explained);
    const isBelowException = traces.askUpwards(
      (index) => exceptions.has(traces.parentOf(index)) || undefined,
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
    for (const index of silent) climb(traces, index, explained);
    return [...exceptions, ...silent].filter((index) => !explained.has(index)).sort((a, b) => a - b);
  }

  /**
   * What is above these spans and has not come yet will be a symptom; unless `storing` them fails, since then they are sent
   * again, or never.
   */
  remember(
    causes: readonly number[],
    traces: LocalTraces,
    view: SpanView,
    now: number,
    storing: Promise<void>,
  ): void {
    const tops = new Set(causes.map((cause) => traces.rootOf(cause)));
    const noted = new Map<string, Awaited>();
    for (const top of tops) {
      const text = this.await(traces, view.moveTo(top), now);
      const awaited = text === undefined ? undefined : this.awaited.get(text);
      if (text === undefined || awaited === undefined) continue;
      awaited.storing.add(storing);
      noted.set(text, awaited);
    }
    storing.then(
      () => this.settle(noted, storing, true),
      () => this.settle(noted, storing, false),
    );
  }

  private settle(noted: ReadonlyMap<string, Awaited>, storing: Promise<void>, isStored: boolean): void {
    for (const [text, awaited] of noted) {
      awaited.storing.delete(storing);
      awaited.isStored ||= isStored;
      const isVoid = !awaited.isStored && awaited.storing.size === 0;
      if (isVoid && this.awaited.get(text) === awaited) this.awaited.delete(text);
    }
  }

  private climbFromEarlierFailures(
    traces: LocalTraces,
    view: SpanView,
    explained: Set<number>,
    now: number,
  ): void {
    // Of those that are there now: what is noted on the way is above this batch.
    const noted = [...this.awaited];
    for (const [text, { key, at }] of noted) {
      if (now - at > rememberedMillis) {
        this.awaited.delete(text);
        continue;
      }
      const index = traces.indexOf(key);
      if (index === -1) continue;
      explained.add(index);
      climb(traces, index, explained);
      const above = this.await(traces, view.moveTo(traces.rootOf(index)), now);
      if (above !== undefined) this.awaited.get(above)!.isStored = true;
    }
  }

  /** @returns under which text it is awaited; undefined where there is nothing to come */
  private await(traces: LocalTraces, top: SpanView, now: number): string | undefined {
    const key = traces.parentKey(top.index);
    // What is above a local root runs elsewhere, and what fails there is a failure of its own.
    if (key === undefined || traces.isLocalRoot(top)) return undefined;
    const text = Buffer.from(key).toString('latin1');
    if (this.awaited.size >= mostRemembered && !this.awaited.has(text)) {
      const [oldest] = this.awaited.keys();
      if (oldest !== undefined) this.awaited.delete(oldest);
    }
    const known = this.awaited.get(text);
    if (known === undefined) this.awaited.set(text, { key, at: now, isStored: false, storing: new Set() });
    else known.at = now;
    return text;
  }
}

/** Adds everything above a span; stops where somebody else has been, since from there on all is added. */
function climb(traces: LocalTraces, index: number, explained: Set<number>): void {
  for (let at = traces.parentOf(index); at !== -1 && !explained.has(at); at = traces.parentOf(at))
    explained.add(at);
}
