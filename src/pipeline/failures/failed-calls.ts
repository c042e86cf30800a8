import { dependencyAttributes, dependencyOf } from '../../derive/dependency.ts';
import { callAttributes, callText } from '../../errors/call-text.ts';
import { type SpanView, statusCode } from '../../otlp/span-view.ts';
import { type Attempts, isCall } from './attempts.ts';
import { callTargetOf } from './call-target.ts';
import type { LocalTraces } from '../local-traces.ts';

const ofCall: ReadonlySet<string> = new Set([...dependencyAttributes, ...callAttributes]);

/** The failed calls of one request. They are only looked for when somebody asks. */
export class FailedCalls {
  private readonly traces: LocalTraces;
  private readonly view: SpanView;
  private readonly failed: readonly number[];
  private readonly attempts: Pick<Attempts, 'isRecovered'>;
  /** By the root of the local trace. */
  private deepest: ReadonlyMap<number, number> | undefined;
  private readonly depths = new Map<number, number>();

  /** @param failed the spans that failed */
  constructor(
    traces: LocalTraces,
    view: SpanView,
    failed: readonly number[],
    attempts: Pick<Attempts, 'isRecovered'>,
  ) {
    this.attempts = attempts;
    this.traces = traces;
    this.view = view;
    this.failed = failed;
  }

  /** Whom the span's call went to, or the deepest failed call of its local trace, if that is below it; empty if there is none, or it does not say. */
  dependencyOf(index: number): string {
    if (isCall(this.view.moveTo(index))) return callTargetOf(this.view).dependency;
    const call = this.deepestOf(index);
    if (call === undefined || !this.isBelow(call, index)) return '';
    return callTargetOf(this.view.moveTo(call)).dependency;
  }

  /** The deepest failed call of the local trace that this span is in, as people read it; itself, if it is one. */
  likelyCauseOf(index: number): string | undefined {
    if (this.isFailedCall(index)) return this.textOf(index);
    const call = this.deepestOf(index);
    return call === undefined ? undefined : this.textOf(call);
  }

  private deepestOf(index: number): number | undefined {
    this.deepest ??= this.findDeepest();
    return this.deepest.get(this.traces.rootOf(index));
  }

  private isBelow(index: number, top: number): boolean {
    const least = this.depthOf(top);
    let at = index;
    while (at !== -1 && this.depthOf(at) > least) at = this.traces.parentOf(at);
    return at === top;
  }

  private isFailedCall(index: number): boolean {
    const span = this.view.moveTo(index);
    return isCall(span) && span.statusCode === statusCode.error;
  }

  private textOf(index: number): string {
    const { fullName: name, statusMessage } = this.view.moveTo(index);
    const attributes = this.view.attributes(ofCall);
    return callText({ name, statusMessage, attributes, dependency: dependencyOf(attributes) });
  }

  /** Of two as deep the one that stands first. */
  private findDeepest(): ReadonlyMap<number, number> {
    const deepest = new Map<number, number>();
    for (const index of this.failed) {
      if (!this.isFailedCall(index) || this.attempts.isRecovered(index)) continue;
      const root = this.traces.rootOf(index);
      const known = deepest.get(root);
      if (known === undefined || this.depthOf(index) > this.depthOf(known)) deepest.set(root, index);
    }
    return deepest;
  }

  /** Spans above it. Each path is walked once. */
  private depthOf(index: number): number {
    const path: number[] = [];
    let at = index;
    while (at !== -1 && !this.depths.has(at)) {
      path.push(at);
      at = this.traces.parentOf(at);
    }
    let depth = at === -1 ? -1 : this.depths.get(at)!;
    for (const span of path.toReversed()) this.depths.set(span, ++depth);
    return this.depths.get(index)!;
  }
}
