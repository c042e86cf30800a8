import { type Awaiting, nobody } from '../holding/held-part.ts';
import type { WaitingRoom } from '../holding/waiting-room.ts';
import type { LocalTraces } from '../local-traces.ts';

/** What waited for the spans of one request. */
export class Arrivals {
  readonly all: Awaiting[] = [];
  /** Topmost spans that hang on such a part, by those that it hangs on. */
  private readonly leaders = new Map<number, number>();

  /** Calls what waited for them. @param open the topmost spans whose local root is to come */
  constructor(traces: LocalTraces, open: readonly number[], waiting: WaitingRoom) {
    if (waiting.isEmpty) return;
    const { all } = this;
    for (let index = 0; index < traces.length; index++) {
      const hash = traces.hashOf(index);
      if (!waiting.mayAwait(hash)) continue;
      const first = waiting.call(hash, traces.bitsOf(index), traces.rootOf(index));
      for (let one = first; one !== undefined; one = one.after) all.push(one);
    }
    if (all.length === 0) return;
    for (const top of open) {
      const part = waiting.partWith(traces.parentHashOf(top), traces.bitsOf(top, 'parent'));
      if (part !== undefined && part.calledBy !== nobody) this.leaders.set(top, part.calledBy);
    }
    for (const top of this.leaders.keys()) this.follow(top);
  }

  /** The topmost span that decides on this one: itself, unless it hangs on what waited for another. */
  leaderOf(top: number): number {
    return this.leaders.size === 0 ? top : (this.leaders.get(top) ?? top);
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
}
