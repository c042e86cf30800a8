import { type SpanView, spanKind, statusCode } from '../../otlp/span-view.ts';
import { type CallTarget, callTargetOf } from './call-target.ts';
import { HashSet } from '../hash-set.ts';
import type { LocalTraces } from '../local-traces.ts';

/** What another attempt at the same has in common with one that failed, and when the failed one ended. */
export interface Attempt {
  kind: number;
  name: string;
  target: CallTarget;
  endMillis: number;
}

/** Clocks of one process, rounded to what a span says. */
const toleranceMillis = 1;

/** @returns undefined if it is not a call, or did not fail: then nothing makes up for it */
export function attemptOf(span: SpanView): Attempt | undefined {
  if (!isFailedCall(span)) return undefined;
  const { kind, name, endMillis } = span;
  return { kind, name, target: callTargetOf(span), endMillis };
}

/** Whether this call, which has the same parent, made up for that one. */
export function madeUpFor(attempt: Attempt, span: SpanView): boolean {
  if (span.failed || span.kind !== attempt.kind) return false;
  const startMillis = span.endMillis - span.durationNanos / 1e6;
  if (startMillis < attempt.endMillis - toleranceMillis) return false;
  return span.name === attempt.name && callTargetOf(span).text === attempt.target.text;
}

export function isCall({ kind }: SpanView): boolean {
  return kind === spanKind.client || kind === spanKind.producer;
}

function isFailedCall(span: SpanView): boolean {
  return isCall(span) && span.statusCode === statusCode.error;
}

/** The calls of one request that may have made up for others of it. Found when they are first asked for. */
export class Attempts {
  private readonly traces: LocalTraces;
  private readonly view: SpanView;
  private readonly failed: readonly number[];
  /** By their parent's hash. */
  private successes: Map<number, number[]> | undefined;

  /** @param failed the spans that failed */
  constructor(traces: LocalTraces, view: SpanView, failed: readonly number[]) {
    this.traces = traces;
    this.view = view;
    this.failed = failed;
  }

  isRecovered(index: number): boolean {
    const { traces, view } = this;
    if (traces.parentHashOf(index) === 0 || !isFailedCall(view.moveTo(index))) return false;
    this.successes ??= this.find();
    const others = this.successes.get(traces.parentHashOf(index));
    if (others === undefined || others.length === 0) return false;
    const attempt = attemptOf(view.moveTo(index))!;
    return others.some((other) => madeUpFor(attempt, view.moveTo(other)));
  }

  private find(): Map<number, number[]> {
    const { traces, view } = this;
    const found = new Map<number, number[]>();
    const wanted = new HashSet();
    for (const index of this.failed) {
      if (!isFailedCall(view.moveTo(index))) continue;
      wanted.add(traces.parentHashOf(index));
      found.set(traces.parentHashOf(index), []);
    }
    for (let index = 0; index < traces.length; index++) {
      const parent = traces.parentHashOf(index);
      if (parent === 0 || !wanted.has(parent)) continue;
      const span = view.moveTo(index);
      if (span.failed || !isCall(span)) continue;
      // The last ones: a retry comes after, and a loop makes thousands.
      const siblings = found.get(parent)!;
      if (siblings.push(index) > mostSiblings) siblings.shift();
    }
    return found;
  }
}

const mostSiblings = 32;
