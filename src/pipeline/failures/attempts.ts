import { isCallKind, spanKind } from '../../otlp/span-kind.ts';
import { type SpanView, statusCode } from '../../otlp/span-view.ts';
import { spanAttributes } from '../../conventions/attributes.ts';
import { isRefusal } from '../../errors/severity.ts';
import { encodeText } from '../../otlp/text.ts';
import { type CallTarget, callTargetOf } from './call-target.ts';
import { HashIndex } from '../../runtime/hash-index.ts';
import type { LocalTraces } from '../local-traces.ts';

/** What another attempt at the same has in common with one that failed, and when the failed one ended. */
export interface Attempt {
  /** Hash of its parent's ids. */
  parent: number;
  kind: number;
  name: string;
  target: CallTarget;
  endMillis: number;
}

/** Clocks of one process, rounded to what a span says. */
const toleranceMillis = 1;

/** @returns undefined if it is not a call, or did not fail: then nothing makes up for it */
export function attemptOf(span: SpanView, parent: number): Attempt | undefined {
  if (!mayBeTriedAgain(span)) return undefined;
  const { kind, name, endMillis } = span;
  return { parent, kind, name, target: callTargetOf(span), endMillis };
}

/** Whether this call, which has the same parent, made up for that one. */
export function madeUpFor(attempt: Attempt, span: SpanView): boolean {
  if (span.failed || span.kind !== attempt.kind) return false;
  const startMillis = span.endMillis - span.durationNanos / 1e6;
  if (startMillis < attempt.endMillis - toleranceMillis) return false;
  return span.name === attempt.name && callTargetOf(span).text === attempt.target.text;
}

export function isCall({ kind }: SpanView): boolean {
  return isCallKind(kind);
}

function isFailedCall(span: SpanView): boolean {
  return isCall(span) && span.statusCode === statusCode.error;
}

/** The other side said no, which alone is no reason for what is above to fail. */
export function wasRefused(span: SpanView): boolean {
  return span.kind === spanKind.client && isRefusal(numberIn(span, httpStatusKeys));
}

/** The app said no, and told the caller so. */
export function wasAnsweredNo(span: SpanView): boolean {
  if (span.kind !== spanKind.server) return false;
  const status = numberIn(span, httpStatusKeys);
  return status >= 400 && status <= 499;
}

/** Answers that are the same however often it is asked: what succeeds after one of them was something else. */
function mayBeTriedAgain(span: SpanView): boolean {
  if (!isFailedCall(span)) return false;
  const http = numberIn(span, httpStatusKeys);
  if (http >= 400 && http <= 499) return worthRepeating.has(http);
  return !finalSqlState.test(String(span.attribute(dbStatusKey) ?? ''));
}

function numberIn(span: SpanView, keys: readonly Uint8Array[]): number {
  return Number(keys.map((key) => span.attribute(key)).find((value) => value !== undefined) ?? 0);
}

const httpStatusKeys = spanAttributes.httpStatus.map(encodeText);
const dbStatusKey = encodeText(spanAttributes.dbStatus);
/** Too early, too much, too slow; and a token that has expired. */
const worthRepeating = new Set([401, 408, 425, 429]);
/** Of data, constraints, rights and statements (ISO/IEC 9075-2). */
const finalSqlState = /^(?:22|23|28|42)[\dA-Z]{3}$/;

/** The calls of one request that may have made up for others of it. Found when they are first asked for. */
export class Attempts {
  private readonly traces: LocalTraces;
  private readonly view: SpanView;
  private readonly failed: readonly number[];
  /** By their parent, kind and name. */
  private successes: Map<string, number[]> | undefined;

  /** @param failed the spans that failed */
  constructor(traces: LocalTraces, view: SpanView, failed: readonly number[]) {
    this.traces = traces;
    this.view = view;
    this.failed = failed;
  }

  isRecovered(index: number): boolean {
    const { traces, view } = this;
    const parent = traces.parentHashOf(index);
    if (parent === 0 || !isFailedCall(view.moveTo(index))) return false;
    this.successes ??= this.find();
    if (this.successes.size === 0) return false;
    const others = this.successes.get(nameOf(view.moveTo(index), parent)) ?? [];
    if (others.length === 0) return false;
    const attempt = attemptOf(view, parent);
    if (attempt === undefined) return false;
    return others.some((other) => madeUpFor(attempt, view.moveTo(other)));
  }

  private find(): Map<string, number[]> {
    const { traces, view } = this;
    const found = new Map<string, number[]>();
    const wanted = new HashIndex();
    for (const index of this.failed) {
      if (isFailedCall(view.moveTo(index))) wanted.add(traces.parentHashOf(index));
    }
    for (let index = 0; index < traces.length; index++) {
      const parent = traces.parentHashOf(index);
      if (parent === 0 || !wanted.has(parent)) continue;
      const span = view.moveTo(index);
      if (span.failed || !isCall(span)) continue;
      // The last ones: a retry comes after, and a loop makes thousands.
      const name = nameOf(span, parent);
      const siblings = found.get(name);
      if (siblings === undefined) found.set(name, [index]);
      else if (siblings.push(index) > mostSiblings) siblings.shift();
    }
    return found;
  }
}

function nameOf({ kind, name }: SpanView, parent: number): string {
  return `${parent} ${kind} ${name}`;
}

const mostSiblings = 32;
