import { SpanIds } from '../otlp/span-ids.ts';
import { column, columns } from '../otlp/span-table.ts';
import { spanKind } from '../otlp/span-kind.ts';
import { type SpanView, statusCode } from '../otlp/span-view.ts';
import type { TraceBatch } from '../otlp/trace-scanner.ts';
import type { ResourceFacts } from './resource-facts.ts';
import type { SpanName } from './span-name.ts';

/**
 * Which spans of one batch hang together: the parts of local traces that are in it. A parent counts only within one
 * resource, and not where `flags` say that it is remote: there a local trace of its own begins.
 */
export class LocalTraces {
  private readonly ids = new SpanIds();
  private parents = new Int32Array(0);
  private roots = new Int32Array(0);
  /** Local roots below others that may have failed because of them, and their parents. Nearly always there are none. */
  private readonly inner = new Map<number, number>();
  /** The same as the roots, where there are none of those. */
  private tops = this.roots;
  private count = 0;
  private cells = new Int32Array(0);
  private resources: readonly ResourceFacts[] = [];

  /** @param resources by resource index */
  open(batch: TraceBatch, view: SpanView, resources: readonly ResourceFacts[]): void {
    this.ids.open(batch);
    this.count = batch.spans.length;
    this.cells = batch.spans.cells;
    this.resources = resources;
    if (this.parents.length < this.count) {
      this.parents = new Int32Array(this.count);
      this.roots = new Int32Array(this.count);
    }
    this.inner.clear();
    for (let index = 0; index < this.count; index++)
      this.parents[index] = this.localParent(index, view, resources);
    this.findRoots(this.roots);
    this.tops = this.inner.size === 0 ? this.roots : this.joinInnerRoots();
  }

  /** The parent; -1 if it is not in this batch, is remote, has nothing to do with what became of this span, or there is none. */
  parentOf(index: number): number {
    return this.parents[index]!;
  }

  /** The local root above this span, or else the topmost one that is in the batch; itself if it is that. */
  rootOf(index: number): number {
    return this.roots[index]!;
  }

  /** The topmost span above this one in the batch: there may be local roots in between, if they failed. */
  topOf(index: number): number {
    return this.tops[index]!;
  }

  /** @param view moved to that span */
  isLocalRoot(view: SpanView): boolean {
    if (!view.hasParent) return true;
    if (view.parentIsRemote !== undefined) return view.parentIsRemote;
    return isMessage(view) || (view.kind === spanKind.server && this.parentOf(view.index) === -1);
  }

  /**
   * Makes a question that is put to a span and then to those above it, until one has an answer. Each path is walked once,
   * however many spans of it are asked.
   */
  askUpwards<T>(answerOf: (index: number) => T | undefined): (index: number) => T | undefined {
    const known = new Map<number, T | undefined>();
    return (index) => {
      const walked: number[] = [];
      let answer: T | undefined;
      for (let at = index; at !== -1; at = this.parentOf(at)) {
        if (known.has(at)) {
          answer = known.get(at);
          break;
        }
        walked.push(at);
        answer = answerOf(at);
        if (answer !== undefined) break;
      }
      for (const span of walked) known.set(span, answer);
      return answer;
    };
  }

  /** Spans of the batch. */
  get length(): number {
    return this.count;
  }

  /** 32 bits that tell the span apart from most others. */
  hashOf(index: number): number {
    return this.ids.hashOf(index);
  }

  nameOf(index: number): SpanName {
    return { hash: this.hashOf(index), bits: this.bitsOf(index) };
  }

  /** The same of its parent; 0 if it has none. */
  parentHashOf(index: number): number {
    return this.ids.parentHashOf(index);
  }

  /** 32 bits more than the hash says of the span and its resource, or of its parent, which must be there then. */
  bitsOf(index: number, of: 'itself' | 'parent' = 'itself'): number {
    return this.ids.endOf(index, of) ^ this.factsOf(index).identityBits;
  }

  /**
   * What the parent of a span will be called when it comes; undefined if there is none, or it runs elsewhere, where what fails is a
   * failure of its own, or it cannot fail because of this span.
   * @param top moved to a span whose parent is not in the batch
   */
  parentToCome(top: SpanView): SpanName | undefined {
    const { index } = top;
    if (!top.hasParent) return undefined;
    const isFailedMessage = isMessage(top) && top.statusCode === statusCode.error;
    if (this.isLocalRoot(top) && !isFailedMessage) return undefined;
    return { hash: this.parentHashOf(index), bits: this.bitsOf(index, 'parent') };
  }

  factsOf(index: number): ResourceFacts {
    return this.resources[this.cells[index * columns + column.resource]!]!;
  }

  private localParent(index: number, view: SpanView, resources: readonly ResourceFacts[]): number {
    view.moveTo(index);
    if (!view.hasParent || view.parentIsRemote === true) return -1;
    const parent = this.ids.parentOf(index);
    if (parent === -1 || parent === index) return -1;
    const { resource } = view;
    const parentResource = view.moveTo(parent).resource;
    if (resource !== parentResource && resources[resource]?.identity !== resources[parentResource]?.identity)
      return -1;
    if (!isMessage(view.moveTo(index))) return parent;
    if (view.statusCode === statusCode.error) this.inner.set(index, parent);
    return -1;
  }

  /** @returns the tops */
  private joinInnerRoots(): Int32Array<ArrayBuffer> {
    for (const [index, parent] of this.inner) this.parents[index] = parent;
    const tops = new Int32Array(this.count);
    this.findRoots(tops);
    return tops;
  }

  /** Each path is walked once: what was found at its top is written along it. */
  private findRoots(roots: Int32Array): void {
    const { parents, count } = this;
    roots.fill(-1, 0, count);
    for (let start = 0; start < count; start++) {
      let top = start;
      // A span on the way up that is in this walk already (-2) closes a circle, which only a broken sender makes.
      while (roots[top] === -1) {
        roots[top] = -2;
        const parent = parents[top]!;
        if (parent === -1 || roots[parent] === -2) break;
        top = parent;
      }
      const root = roots[top] === -2 ? top : roots[top]!;
      if (roots[top] === -2) parents[top] = -1;
      for (let at = start; at !== -1 && roots[at] === -2; at = parents[at]!) roots[at] = root;
    }
  }
}

/**
 * A message is a piece of work of its own also where its parent ran here: that only fetched it, most often, and has ended by then.
 * Whether it did must not depend on what comes in one request.
 */
function isMessage(view: SpanView): boolean {
  return view.kind === spanKind.consumer && view.hasParent && view.parentIsRemote === undefined;
}
