import { type Breadcrumb, lastBreadcrumbs } from '../../errors/breadcrumb.ts';
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

  /** The last of the local trace that this span is in, without itself and what it is in. @param until see `lastBreadcrumbs` */
  of(index: number, until: number): Breadcrumb[] {
    this.byRoot ??= this.group();
    const above = new Set<number>();
    for (let at = index; at !== -1 && above.size < mostAbove; at = this.traces.parentOf(at)) above.add(at);
    const others = (this.byRoot.get(this.traces.rootOf(index)) ?? []).filter((other) => !above.has(other));
    // Names may be long, and there may be many.
    const found = others.map((other) => ({ other, time: beginOf(this.view.moveTo(other)) }));
    return lastBreadcrumbs(found, until).map(({ other }) => this.read(other));
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
    const { fullName: name, durationNanos, statusCode: status } = span;
    const dependency = isCall(span) ? callTargetOf(span).dependency : '';
    return {
      type: 'span',
      time: beginOf(span),
      message: readable(dependency === '' ? name : `${name} ${dependency}`, 'breadcrumb'),
      level: status === statusCode.error ? 'error' : 'info',
      durationMillis: durationOf(durationNanos),
    };
  }
}

function beginOf({ endMillis, durationNanos }: SpanView): number {
  return endMillis - durationOf(durationNanos);
}

/** Milliseconds. */
function durationOf(nanos: number): number {
  return Math.max(0, nanos) / 1e6;
}
