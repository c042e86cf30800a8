import type { Matcher } from '../../match/matcher.ts';
import { parseMatcher } from '../../match/parse.ts';
import { SpanSubject } from '../../otlp/span-subject.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import { otValue, withOtValue } from '../../otlp/trace-state.ts';
import { type Bits56, formatThreshold, isLess, parseBits, thresholdOf } from './threshold.ts';

export interface SamplingOptions {
  /** Of local traces that nothing else keeps; 1 = all, 0 = none. */
  ratio: number;
  /** Matchers, of which each keeps every local trace that has a span which it matches. */
  always: readonly string[];
}

/**
 * Which local traces are forwarded: all in which something failed or that have a span that was asked for, and of the others as many as
 * the ratio says, by the randomness of their trace, so that everybody who samples it by these rules keeps the same ones.
 */
export class Sampler {
  private options: SamplingOptions = { ratio: 1, always: [] };
  private matchers: readonly Matcher[] = [];
  /** Undefined where none is kept. */
  private threshold: Bits56 | undefined;

  /** @throws MatcherInvalid */
  constructor(options: SamplingOptions) {
    this.configure(options);
  }

  /** Takes another ratio and other matchers from now on. @throws MatcherInvalid */
  configure(options: SamplingOptions): void {
    this.matchers = options.always.map(parseMatcher);
    this.options = options;
    this.threshold = thresholdFor(options);
  }

  /** Whether anything is left out at all. */
  get isOn(): boolean {
    return this.options.ratio < 1;
  }

  /** As it is configured now. */
  get ratio(): number {
    return this.options.ratio;
  }

  get always(): readonly string[] {
    return this.options.always;
  }

  /** Whether the local trace of a span is kept whatever the ratio is; that of one that failed is, without being asked for. */
  mustKeep(span: SpanView, service: string): boolean {
    const subject = new SpanSubject(span, service);
    return this.matchers.some((matcher) => matcher.matches(subject));
  }

  /** Whether its local trace is one of those that are kept. */
  keeps({ traceId, traceState }: Pick<SpanView, 'traceId' | 'traceState'>): boolean {
    if (this.threshold === undefined) return false;
    const said = traceState === '' ? undefined : parseWhole(otValue(traceState, 'rv'));
    // The last 56 bits of a trace id are random (W3C Trace Context Level 2, section 2.2.3).
    return !isLess(said ?? parseBits(traceId.slice(-14))!, this.threshold);
  }

  /** The trace state of a span that is kept by the ratio; undefined if it is as it was: a threshold is never lowered. */
  traceStateOf({ traceState }: Pick<SpanView, 'traceState'>): string | undefined {
    if (this.threshold === undefined) return undefined;
    const before = parseBits((traceState === '' ? undefined : otValue(traceState, 'th')) ?? '');
    if (before !== undefined && !isLess(before, this.threshold)) return undefined;
    return withOtValue(traceState, 'th', formatThreshold(this.threshold));
  }
}

function thresholdFor({ ratio }: SamplingOptions): Bits56 | undefined {
  return ratio > 0 ? thresholdOf(ratio) : undefined;
}

/** Randomness has all of its digits. */
function parseWhole(text: string | undefined): Bits56 | undefined {
  return text?.length === 14 ? parseBits(text) : undefined;
}
