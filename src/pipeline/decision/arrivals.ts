import type { LocalTraces } from '../local-traces.ts';
import type { AwaitedSpans } from './awaited-spans.ts';
import { type Awaiting, type HeldPart, isPart } from './held-part.ts';
import type { HeldSpans } from './held-spans.ts';

/** What waited for the spans of one request. */
export class Arrivals {
  /** By the topmost span that it hangs on here. */
  readonly byTop = new Map<number, Awaiting[]>();
  /** Topmost spans that hang on such a part, by those that it hangs on. */
  private readonly leaders = new Map<number, number>();

  /** Takes what waited for them out of what is awaited. @param open the topmost spans whose local root is to come */
  constructor(traces: LocalTraces, open: readonly number[], awaited: AwaitedSpans, held: HeldSpans) {
    if (awaited.none) return;
    const topOf = new Map<Awaiting, number>();
    for (let index = 0; index < traces.length; index++) {
      const hash = traces.hashOf(index);
      if (!awaited.mayKnow(hash)) continue;
      for (const found of awaited.take({ key: traces.keyOf(index), hash })) {
        const top = traces.rootOf(index);
        topOf.set(found, top);
        const others = this.byTop.get(top);
        if (others === undefined) this.byTop.set(top, [found]);
        else others.push(found);
      }
    }
    if (topOf.size === 0) return;
    for (const top of open) {
      const part = held.find(traces.parentHashOf(top), traces.bitsOf(top, 'parent'));
      const leader = part === undefined ? undefined : topOf.get(part);
      if (leader !== undefined) this.leaders.set(top, leader);
    }
    for (const top of this.leaders.keys()) this.follow(top);
  }

  /** The topmost span that decides on this one: itself, unless it hangs on what waited for another. */
  leaderOf(top: number): number {
    return this.leaders.get(top) ?? top;
  }

  /** Each way is gone once: where it ends is noted along it. Only a broken sender makes a circle; it is led by where that closes. */
  private follow(top: number): void {
    const way = new Set<number>();
    let at = top;
    for (let next = this.leaders.get(at); next !== undefined && next !== at; next = this.leaders.get(at)) {
      if (way.has(at)) break;
      way.add(at);
      at = next;
    }
    for (const each of way) this.leaders.set(each, at);
  }

  /** Parts that hang on this one. */
  partsOf(top: number): HeldPart[] {
    return (this.byTop.get(top) ?? []).filter(isPart);
  }
}
