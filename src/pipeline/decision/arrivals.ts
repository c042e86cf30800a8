import { field, none } from '../holding/waiters.ts';
import type { WaitingRoom } from '../holding/waiting-room.ts';
import type { LocalTraces } from '../local-traces.ts';

/** What waited for the spans of one request. */
export class Arrivals {
  readonly parts: number[] = [];
  readonly marks: number[] = [];
  /** Topmost spans that hang on such a part, by those that it hangs on. */
  private readonly leaders = new Map<number, number>();

  /** Calls what waited for them. @param open the topmost spans whose local root is to come */
  constructor(traces: LocalTraces, open: readonly number[], waiting: WaitingRoom) {
    if (waiting.isEmpty) return;
    const { waiters } = waiting;
    const called: number[] = [];
    for (let index = 0; index < traces.length; index++) {
      const hash = traces.hashOf(index);
      if (waiting.mayAwait(hash)) waiting.call(hash, traces.bitsOf(index), traces.rootOf(index), called);
    }
    for (const waiter of called) (waiters.isPart(waiter) ? this.parts : this.marks).push(waiter);
    if (this.parts.length === 0) return;
    for (const top of open) {
      const part = waiting.partWith(traces.parentHashOf(top), traces.bitsOf(top, 'parent'));
      const leader = part === none ? none : waiters.get(part, field.calledBy);
      if (leader !== none) this.leaders.set(top, leader);
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
