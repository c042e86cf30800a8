import { spanKind } from '../../otlp/span-kind.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import type { LocalTraces } from '../local-traces.ts';

/** The failed spans of a batch, in any order, and what each may be a reason for. */
export interface FailedSpans {
  failed: readonly number[];
  /** What is above it cannot have failed because of it. */
  isHarmless: (index: number) => boolean;
  /** It is expected or low: what is above it may have failed because of it, and is told all the same if it failed worse. */
  isMinor: (index: number) => boolean;
}

/** Which failed spans of one batch are events by themselves; see `Symptoms`. */
export class Causes {
  /** Spans above failures that were minor, in this batch or earlier. */
  readonly aboveMinor = new Set<number>();
  private readonly explained = new Set<number>();
  private readonly spans: FailedSpans;
  private readonly traces: LocalTraces;
  private readonly view: SpanView;
  private readonly isBelowFailed: (index: number) => true | undefined;

  constructor(spans: FailedSpans, traces: LocalTraces, view: SpanView) {
    this.spans = spans;
    this.traces = traces;
    this.view = view;
    const failed = new Set(spans.failed);
    this.isBelowFailed = traces.askUpwards((index) => failed.has(traces.parentOf(index)) || undefined);
  }

  /** A failure below this span, or in it, was told earlier. */
  explain(index: number, isMinor: boolean): void {
    const reached = isMinor ? this.aboveMinor : this.explained;
    reached.add(index);
    climb(this.traces, index, reached);
  }

  find(): number[] {
    const { failed } = this.spans;
    const exceptions = new Set(failed.filter((index) => this.view.moveTo(index).hasException));
    for (const index of exceptions) this.explainAbove(index);
    const silent = failed.filter((index) => !exceptions.has(index)).filter(this.notToldWith(exceptions));
    for (const index of silent) this.explainAbove(index);
    return [...exceptions, ...silent].filter((index) => !this.isExplained(index)).sort((a, b) => a - b);
  }

  private explainAbove(index: number): void {
    const { isHarmless, isMinor } = this.spans;
    if (this.isBelowFailed(index) !== true || isHarmless(index)) return;
    climb(this.traces, index, isMinor(index) ? this.aboveMinor : this.explained);
  }

  private isExplained(index: number): boolean {
    return this.explained.has(index) || (this.aboveMinor.has(index) && this.spans.isMinor(index));
  }

  /** Of spans without an exception: those that are neither symptoms nor causes of one. */
  private notToldWith(exceptions: ReadonlySet<number>): (index: number) => boolean {
    const { traces, view } = this;
    const isBelow = traces.askUpwards(
      (index) => traces.rootOf(index) !== index && (exceptions.has(traces.parentOf(index)) || undefined),
    );
    const parents = new Set([...exceptions].map((index) => traces.parentOf(index)));
    const isBeside = (index: number): boolean =>
      parents.has(traces.parentOf(index)) &&
      traces.parentOf(index) !== -1 &&
      view.moveTo(index).kind === spanKind.internal;
    return (index) => !this.isExplained(index) && isBelow(index) !== true && !isBeside(index);
  }
}

/** Adds everything above a span; stops where somebody else has been, since from there on all is added. */
function climb(traces: LocalTraces, index: number, reached: Set<number>): void {
  for (let at = traces.parentOf(index); at !== -1 && !reached.has(at); at = traces.parentOf(at))
    reached.add(at);
}
