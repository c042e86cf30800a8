import type { Breadcrumb } from '../../errors/breadcrumb.ts';
import { readable } from '../../errors/failure-details.ts';
import { type SpanView, statusCode } from '../../otlp/span-view.ts';
import { isCall } from './attempts.ts';
import { callTargetOf } from './call-target.ts';
import type { LocalTraces } from '../local-traces.ts';

/** More of one local trace are not looked at: the last ones before a failure are near it. */
const mostSpans = 256;
/** A path that is deeper is none that somebody wrote. */
const mostAbove = 128;

/** The spans of one request as breadcrumbs. They are only looked for when somebody asks. */
export class SpanBreadcrumbs {
  private readonly traces: LocalTraces;
  private readonly view: SpanView;
  /** By the root of the local trace. */
  private byRoot: ReadonlyMap<number, number[]> | undefined;

  constructor(traces: LocalTraces, view: SpanView) {
    this.traces = traces;
    this.view = view;
  }

  /** Those of the local trace that this span is in, without itself and what it is in. */
  of(index: number): Breadcrumb[] {
    this.byRoot ??= this.group();
    const above = new Set<number>();
    for (let at = index; at !== -1 && above.size < mostAbove; at = this.traces.parentOf(at)) above.add(at);
    return (this.byRoot.get(this.traces.rootOf(index)) ?? [])
      .filter((other) => !above.has(other))
      .map((other) => this.read(other));
  }

  private group(): ReadonlyMap<number, number[]> {
    const byRoot = new Map<number, number[]>();
    for (let index = 0; index < this.traces.length; index++) {
      const root = this.traces.rootOf(index);
      const spans = byRoot.get(root);
      if (spans === undefined) byRoot.set(root, [index]);
      else if (spans.push(index) >= 2 * mostSpans) spans.splice(0, mostSpans);
    }
    return byRoot;
  }

  private read(index: number): Breadcrumb {
    const span = this.view.moveTo(index);
    const { fullName: name, endMillis, durationNanos, statusCode: status } = span;
    const dependency = isCall(span) ? callTargetOf(span).dependency : '';
    const durationMillis = Math.max(0, durationNanos) / 1e6;
    return {
      type: 'span',
      time: endMillis - durationMillis,
      message: readable(dependency === '' ? name : `${name} ${dependency}`, 'breadcrumb'),
      level: status === statusCode.error ? 'error' : 'info',
      durationMillis,
    };
  }
}
