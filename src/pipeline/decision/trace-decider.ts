import type { SpanView } from '../../otlp/span-view.ts';
import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { LocalTraceEvents } from '../../telemetry/local-trace-events.ts';
import { type Fate, fate } from '../fate.ts';
import type { TakenSpans } from '../holding/taken-spans.ts';
import { type HoldOptions, type Wanted, WaitingRoom } from '../holding/waiting-room.ts';
import { field, none } from '../holding/waiters.ts';
import type { LocalTraces } from '../local-traces.ts';
import type { Sampler } from '../sampling/sampler.ts';
import { Arrivals } from './arrivals.ts';
import { claim, Claims } from './claims.ts';
import { DecidedSpans } from './decided-spans.ts';
import { HoldBudget } from './hold-budget.ts';
import { Members } from './members.ts';

/** Parts that wait no longer, and have one fate. */
export interface Released {
  /** By their numbers. */
  parts: number[];
  fate: Exclude<Fate, typeof fate.hold>;
  /** By which it is dropped; undefined if it is not. */
  rule: string | undefined;
}

export interface TraceDeciderDependencies {
  clock: Clock;
  events: LocalTraceEvents;
  /** Whether there is any rule by which a local trace could be dropped. */
  hasRules: () => boolean;
  sampler: Pick<Sampler, 'isOn' | 'keeps'>;
  /** Given what waited for its local root in vain; it is still to be taken. */
  onUndecided: (released: Released) => void;
}

/** One request as far as it is decided here. */
export interface Undecided {
  batch: TraceBatch;
  view: SpanView;
  traces: LocalTraces;
  /** Local roots that are noise, and by which rule: nothing in the request that hangs on them failed. Those that are kept all the same are taken out. */
  noise: Map<number, string>;
  /** The topmost spans here whose local root is to come. */
  open: readonly number[];
  /** Spans that failed. */
  failed: readonly number[];
  /** Other spans whose local trace is kept whatever the sampling ratio is. */
  wanted: readonly number[];
}

export interface Decided {
  /** By which topmost spans are dropped whose local root is not here. */
  late: ReadonlyMap<number, string>;
  heldSpans: number;
  /** What waited for spans of this request; it is still to be taken. */
  released: readonly Released[];
  /** Settled with the spans that are held. */
  pending: Promise<void> | undefined;
}

/**
 * Decides local traces as a whole, also where they come in several requests. What is complete in one is decided there and costs
 * nothing here. Spans whose local root is still to come are copied and wait for it; what was decided is remembered, so that those
 * which come after it follow. Only what can still be dropped is held: a part in which something failed goes on at once, and marks
 * what it hangs on as kept.
 */
export class TraceDecider {
  private readonly dependencies: TraceDeciderDependencies;
  private readonly waiting: WaitingRoom;
  private readonly decided: DecidedSpans;
  private readonly budget: HoldBudget;
  private readonly claims = new Claims();
  private readonly members = new Members();
  /** By topmost span, whether it is one of those that are looked for. */
  private isBelow = new Uint8Array(0);
  /** By the number that is remembered of them; nothing is, and nothing drops what is kept. */
  private readonly rules: (string | undefined)[] = [undefined, ''];

  constructor(hold: HoldOptions, dependencies: TraceDeciderDependencies) {
    const { clock, events } = dependencies;
    this.dependencies = dependencies;
    this.decided = new DecidedSpans(clock);
    this.budget = new HoldBudget(clock);
    this.waiting = new WaitingRoom(hold, { clock, events, onExpired: (parts) => this.giveUp(parts) });
  }

  /** @param fates by topmost span, of which all are kept yet: they are decided there */
  decide(request: Undecided, fates: Uint8Array): Decided {
    const { traces, noise, open } = request;
    this.decided.begin();
    const arrivals = new Arrivals(traces, open, this.waiting);
    this.claim(request, arrivals);
    // Before any other is made, which may take the place of the oldest.
    for (const mark of arrivals.marks) this.waiting.heard(mark);
    for (const root of noise.keys()) {
      if (this.claims.has(root, claim.notNoise)) noise.delete(root);
      else fates[root] = fate.drop;
    }
    const late = this.follow(request, arrivals, fates);
    if (this.dependencies.sampler.isOn) this.sample(request, arrivals, fates);
    const { heldSpans, pending } = this.hold(request, arrivals, fates);
    const released = this.release(arrivals, fates, (top) => noise.get(top) ?? late.get(top));
    return { late, heldSpans, released, pending };
  }

  /** What comes below a span follows it. @param rule by which it is dropped; empty if it is kept */
  remember(hash: number, bits: number, rule: string): void {
    let number = this.rules.indexOf(rule);
    if (number === -1) number = this.rules.push(rule) - 1;
    this.decided.add(hash, bits, number);
  }

  /**
   * @param parts of what was released. @param origins to which those are added that are to be settled
   * @returns their spans, to be closed before the next call
   */
  take(parts: readonly number[], origins: number[]): TakenSpans {
    return this.waiting.take(parts, origins);
  }

  /** @param origins of parts that were taken, which are forwarded, on disk, or dropped now */
  settle(origins: readonly number[]): void {
    for (const origin of origins) this.waiting.origins.settle(origin);
  }

  /** Nothing more will come: all that waits is given up. */
  stop(): void {
    this.waiting.stop();
  }

  /** Notes what speaks for the local traces of a request. */
  private claim({ traces, failed, wanted }: Undecided, arrivals: Arrivals): void {
    const { claims } = this;
    claims.open(traces.length);
    const leaderOf = (index: number): number => arrivals.leaderOf(traces.rootOf(index));
    for (const index of failed) {
      claims.add(leaderOf(index), claim.notNoise);
      claims.add(leaderOf(index), claim.always);
    }
    for (const index of wanted) claims.add(leaderOf(index), claim.always);
    const { waiters } = this.waiting;
    const leaderOfCaller = (waiter: number): number => arrivals.leaderOf(waiters.get(waiter, field.calledBy));
    for (const waiter of [...arrivals.parts, ...arrivals.marks])
      if (waiters.get(waiter, field.otherwise) === fate.keepAll)
        claims.add(leaderOfCaller(waiter), claim.always);
    for (const mark of arrivals.marks) claims.add(leaderOfCaller(mark), claim.notNoise);
  }

  /**
   * Decides what hangs on spans that are to come by what was decided before, or by what is certain now.
   * @returns the rules by which some of it is dropped
   */
  private follow(
    { traces, noise, open }: Undecided,
    arrivals: Arrivals,
    fates: Uint8Array,
  ): Map<number, string> {
    const late = new Map<number, string>();
    const orphaned = new Map<number, string>();
    const { hasRules, sampler } = this.dependencies;
    if (open.length === 0 || (!hasRules() && !sampler.isOn)) return late;
    // What is sampled must be decided, whatever it costs.
    if (!sampler.isOn && !this.budget.take(open.length)) {
      this.dependencies.events.undecided('full', this.countBelow(open, traces));
      return late;
    }
    for (const top of open) {
      if (arrivals.leaderOf(top) !== top) continue;
      const parentHash = traces.parentHashOf(top);
      const parentBits = traces.bitsOf(top, 'parent');
      const isNoNoise = this.claims.has(top, claim.notNoise);
      const rule = this.rules[this.decided.find(parentHash, parentBits)];
      if (rule === undefined) {
        fates[top] = this.firstFate(top);
        if (fates[top] === fate.keepAll) this.keepAbove(parentHash, parentBits);
      } else if (rule === '' || isNoNoise) {
        fates[top] = fate.keepAll;
        if (rule !== '') orphaned.set(top, rule);
      } else {
        fates[top] = fate.drop;
        late.set(top, rule);
      }
    }
    for (const top of open) {
      const leader = arrivals.leaderOf(top);
      if (leader === top) continue;
      // Of a local root that is here and is no noise it is still to be decided whether it is sampled.
      fates[top] = fates[leader]!;
      const rule = late.get(leader) ?? noise.get(leader);
      if (rule !== undefined) late.set(top, rule);
    }
    if (orphaned.size > 0) this.countOrphans(orphaned, traces);
    return late;
  }

  /** @param orphaned topmost spans, each with the rule by which what they hang on was dropped */
  private countOrphans(orphaned: ReadonlyMap<number, string>, traces: LocalTraces): void {
    for (let index = 0; index < traces.length; index++) {
      const rule = orphaned.get(traces.rootOf(index));
      if (rule !== undefined) this.dependencies.events.orphaned(rule, 1);
    }
  }

  /** Of what hangs on a span that is to come, and of which nothing was decided. */
  private firstFate(top: number): Fate {
    const { hasRules, sampler } = this.dependencies;
    const isNoNoise = this.claims.has(top, claim.notNoise) || !hasRules();
    const isSampled = this.claims.has(top, claim.always) || !sampler.isOn;
    return isNoNoise && isSampled ? fate.keepAll : fate.hold;
  }

  private sample({ traces, view }: Undecided, arrivals: Arrivals, fates: Uint8Array): void {
    for (let top = 0; top < traces.length; top++)
      if (traces.rootOf(top) === top && fates[top] === fate.keep)
        fates[top] = this.sampled(view.moveTo(top), arrivals.leaderOf(top));
  }

  /** @param leader that decides on it */
  private sampled(top: SpanView, leader: number): Released['fate'] {
    const { sampler } = this.dependencies;
    if (!sampler.isOn || this.claims.has(leader, claim.always)) return fate.keepAll;
    return sampler.keeps(top) ? fate.thin : fate.sampleOut;
  }

  /** @param fates in which it replaces those of what there is no room to hold */
  private hold(
    { batch, traces, view, open }: Undecided,
    arrivals: Arrivals,
    fates: Uint8Array,
  ): Pick<Decided, 'heldSpans' | 'pending'> {
    const tops = open.filter((top) => fates[top] === fate.hold);
    if (tops.length === 0) return { heldSpans: 0, pending: undefined };
    const { waiting, members } = this;
    members.gather(traces, tops, fates, fate.hold);
    waiting.open(batch);
    const parts = new Map<number, number>();
    const origin = waiting.origins.open();
    const settled = waiting.origins.settled(origin);
    let isFull = false;
    let heldSpans = 0;
    for (const top of tops) {
      const leader = arrivals.leaderOf(top);
      const { hash, bits } = this.awaitedBy(traces.parentHashOf(leader), traces.bitsOf(leader, 'parent'));
      const otherwise = this.sampled(view.moveTo(top), leader);
      const wanted = { hash, bits, otherwise, origin, spans: members.countOf(top) };
      // Once there was no room for one, it is not looked for in vain for the others.
      const part = isFull
        ? none
        : waiting.hold(wanted, members.firstOf(top), members.next, { batch, traces });
      if (part === none) {
        isFull = true;
        fates[top] = otherwise;
        this.undecided('full', wanted);
        continue;
      }
      heldSpans += wanted.spans;
      if (arrivals.parts.length > 0) parts.set(top, part);
      // What was passed on of it keeps the rest, also where that is to wait for its sampling.
      if (this.claims.has(leader, claim.notNoise)) waiting.mark(hash, bits, false);
    }
    waiting.close(heldSpans);
    for (const part of arrivals.parts) {
      const other = parts.get(waiting.waiters.get(part, field.calledBy));
      if (other !== undefined) waiting.waitOn(part, other);
    }
    waiting.origins.settle(origin);
    return { heldSpans, pending: heldSpans === 0 ? undefined : settled };
  }

  /** What decides on what hangs on this span is no noise any more. */
  private keepAbove(parentHash: number, parentBits: number): void {
    const { hash, bits } = this.awaitedBy(parentHash, parentBits);
    this.waiting.mark(hash, bits, true);
  }

  /** The span that decides on what hangs on this one: this one, or what it waits for as well. */
  private awaitedBy(hash: number, bits: number): { hash: number; bits: number } {
    const { waiting } = this;
    const part = waiting.partWith(hash, bits);
    if (part === none) return { hash, bits };
    return { hash: waiting.waiters.get(part, field.hash), bits: waiting.waiters.get(part, field.bits) };
  }

  /** @returns what waits no longer, by what is done with it */
  private release(
    arrivals: Arrivals,
    fates: Uint8Array,
    ruleOf: (top: number) => string | undefined,
  ): Released[] {
    const groups: Released[] = [];
    for (const part of arrivals.parts) {
      const top = this.waiting.waiters.get(part, field.calledBy);
      // It waits on.
      if (top === none) continue;
      const decided = fates[top] as Released['fate'];
      const rule = decided === fate.drop ? ruleOf(top) : undefined;
      const group = groups.find((one) => one.fate === decided && one.rule === rule);
      if (group === undefined) groups.push({ parts: [part], fate: decided, rule });
      else group.parts.push(part);
    }
    return groups;
  }

  private giveUp(parts: readonly number[]): void {
    this.decided.begin();
    const { waiters } = this.waiting;
    const otherwise = (part: number): Released['fate'] =>
      waiters.get(part, field.otherwise) as Released['fate'];
    const groups = Map.groupBy(parts, otherwise);
    for (const part of parts) {
      const [hash, bits] = [waiters.get(part, field.hash), waiters.get(part, field.bits)];
      const spans = waiters.get(part, field.spans);
      this.undecided('timeout', { hash, bits, otherwise: otherwise(part), spans });
    }
    for (const [one, some] of groups)
      this.dependencies.onUndecided({ parts: some, fate: one, rule: undefined });
  }

  /** What goes on without its local root is not dropped later in its other parts. */
  private undecided(
    reason: 'timeout' | 'full',
    { hash, bits, otherwise, spans }: Omit<Wanted, 'origin'>,
  ): void {
    this.dependencies.events.undecided(reason, spans);
    if (otherwise !== fate.sampleOut) this.waiting.mark(hash, bits, otherwise === fate.keepAll);
  }

  /** How many spans hang on these, themselves included. */
  private countBelow(tops: readonly number[], traces: LocalTraces): number {
    if (this.isBelow.length < traces.length) this.isBelow = new Uint8Array(traces.length);
    const { isBelow } = this;
    isBelow.fill(0, 0, traces.length);
    for (const top of tops) isBelow[top] = 1;
    let count = 0;
    for (let index = 0; index < traces.length; index++) count += isBelow[traces.rootOf(index)]!;
    return count;
  }
}
