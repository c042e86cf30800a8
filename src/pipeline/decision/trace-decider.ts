import { SpanExtractor } from '../../otlp/extract.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { LocalTraceEvents } from '../../telemetry/local-trace-events.ts';
import type { LocalTraces } from '../local-traces.ts';
import type { ResourceFacts } from '../resource-facts.ts';
import type { Sampler } from '../sampling/sampler.ts';
import type { Arrivals } from './arrivals.ts';
import { claim, Claims } from './claims.ts';
import { DecidedSpans } from './decided-spans.ts';
import { type Fate, fate } from './fate.ts';
import { type HeldPart, isPart, Origin } from './held-part.ts';
import { bitsOf } from './held-spans.ts';
import { HoldBudget } from './hold-budget.ts';
import { type HoldOptions, WaitingRoom } from './waiting-room.ts';

/** Parts that wait no longer, and have one fate. */
export interface Released {
  parts: readonly HeldPart[];
  /** An ExportTraceServiceRequest with the spans of all of them. */
  bytes: Uint8Array;
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
  /** Given what waited for its local root in vain. */
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
  /** Of topmost spans; the others are kept. */
  fates: ReadonlyMap<number, Fate>;
  /** By which those are dropped whose local root is not here. */
  late: ReadonlyMap<number, string>;
  heldSpans: number;
  /** What waited for spans of this request. */
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
  private readonly budget: HoldBudget;
  private readonly decided: DecidedSpans;
  /** By the number that is remembered of them; nothing is, and nothing drops what is kept. */
  private readonly rules: (string | undefined)[] = [undefined, ''];

  constructor(hold: HoldOptions, dependencies: TraceDeciderDependencies) {
    const { clock, events } = dependencies;
    this.dependencies = dependencies;
    this.decided = new DecidedSpans(clock);
    this.budget = new HoldBudget(clock);
    this.waiting = new WaitingRoom(hold, { clock, events, onExpired: (part) => this.giveUp(part) });
  }

  decide(request: Undecided): Decided {
    const { traces, noise, open } = request;
    const arrivals = this.waiting.arrivalsFor(traces, open);
    const claims = claimsOn(request, arrivals);
    const fates = new Map<number, Fate>();
    for (const root of noise.keys()) {
      if (claims.has(root, claim.notNoise)) noise.delete(root);
      else fates.set(root, fate.drop);
    }
    const late = this.follow(request, arrivals, claims, fates);
    if (this.dependencies.sampler.isOn) this.sample(request, claims, fates);
    const { heldSpans, pending } = this.hold(request, arrivals, claims, fates);
    const released = this.release(arrivals, fates, (top) => noise.get(top) ?? late.get(top));
    return { fates, late, heldSpans, released, pending };
  }

  /** @param index of a span: what comes below it follows. @param rule by which it is dropped; empty if it is kept */
  remember(traces: LocalTraces, index: number, rule: string): void {
    let number = this.rules.indexOf(rule);
    if (number === -1) number = this.rules.push(rule) - 1;
    this.decided.add(traces.hashOf(index), traces.bitsOf(index), number);
  }

  /** Nothing more will come: all that waits is given up. */
  stop(): void {
    this.waiting.stop();
  }

  /**
   * Decides what hangs on spans that are to come by what was decided before, or by what is certain now.
   * @param fates to which it adds. @returns the rules by which some of it is dropped
   */
  private follow(
    { traces, view, open }: Undecided,
    arrivals: Arrivals,
    claims: Claims,
    fates: Map<number, Fate>,
  ): Map<number, string> {
    const late = new Map<number, string>();
    const { hasRules, sampler } = this.dependencies;
    if (open.length === 0 || (!hasRules() && !sampler.isOn)) return late;
    // What is sampled must be decided, whatever it costs.
    if (!sampler.isOn && !this.budget.take(open.length)) {
      this.dependencies.events.undecided('full', countBelow(open, traces));
      return late;
    }
    const orphaned = new Map<number, string>();
    for (const top of open) {
      if (arrivals.leaderOf(top) !== top) continue;
      const isNoNoise = claims.has(top, claim.notNoise);
      const rule = this.rules[this.decided.find(traces.parentHashOf(top), traces.bitsOf(top, 'parent'))];
      if (rule === undefined) fates.set(top, this.firstFate(top, claims));
      else if (rule === '' || isNoNoise) fates.set(top, fate.keepAll);
      else fates.set(top, fate.drop);
      if (rule === undefined && fates.get(top) === fate.keepAll)
        this.waiting.mark(this.waiting.awaitedBy(top, traces, view), true);
      else if (rule !== undefined && rule !== '') (isNoNoise ? orphaned : late).set(top, rule);
    }
    for (const top of open) {
      const leader = arrivals.leaderOf(top);
      const rule = late.get(leader);
      fates.set(top, fates.get(leader) ?? fate.keep);
      if (rule !== undefined) late.set(top, rule);
    }
    for (const [top, spans] of membersOf([...orphaned.keys()], traces))
      this.dependencies.events.orphaned(orphaned.get(top)!, spans.length);
    return late;
  }

  /** Of what hangs on a span that is to come, and of which nothing was decided. */
  private firstFate(top: number, claims: Claims): Fate {
    const { hasRules, sampler } = this.dependencies;
    const isNoNoise = claims.has(top, claim.notNoise) || !hasRules();
    const isSampled = claims.has(top, claim.always) || !sampler.isOn;
    return isNoNoise && isSampled ? fate.keepAll : fate.hold;
  }

  private sample({ traces, view }: Undecided, claims: Claims, fates: Map<number, Fate>): void {
    for (let top = 0; top < traces.length; top++)
      if (traces.rootOf(top) === top && !fates.has(top))
        fates.set(top, this.sampled(view.moveTo(top), claims.has(top, claim.always)));
  }

  private sampled(
    top: SpanView,
    always: boolean,
  ): typeof fate.keepAll | typeof fate.thin | typeof fate.sampleOut {
    const { sampler } = this.dependencies;
    if (always || !sampler.isOn) return fate.keepAll;
    return sampler.keeps(top) ? fate.thin : fate.sampleOut;
  }

  /** @param fates in which it replaces those of what there is no room to hold */
  private hold(
    { batch, traces, view, open }: Undecided,
    arrivals: Arrivals,
    claims: Claims,
    fates: Map<number, Fate>,
  ): Pick<Decided, 'heldSpans' | 'pending'> {
    const tops = open.filter((top) => fates.get(top) === fate.hold);
    if (tops.length === 0) return { heldSpans: 0, pending: undefined };
    const { waiting } = this;
    const extractor = new SpanExtractor(batch);
    const origin = new Origin();
    let isFull = false;
    let heldSpans = 0;
    for (const [top, spans] of membersOf(tops, traces)) {
      const parent = waiting.awaitedBy(arrivals.leaderOf(top), traces, view);
      const otherwise = this.sampled(view.moveTo(top), claims.has(top, claim.always));
      // Once there was no room for one, the others are not copied in vain.
      const part = {
        parent,
        otherwise,
        spans: spans.length,
        resources: resourcesOf(traces, spans),
        bits: bitsOf(traces, spans),
        origin,
      };
      isFull ||= !waiting.hold(extractor.extract(spans), part);
      if (isFull) {
        fates.set(top, otherwise);
        this.undecided('full', part);
        continue;
      }
      heldSpans += spans.length;
      origin.hold();
      for (const other of arrivals.partsOf(top)) waiting.waitOn(other, parent);
    }
    return { heldSpans, pending: heldSpans === 0 ? undefined : origin.settled };
  }

  private release(
    arrivals: Arrivals,
    fates: ReadonlyMap<number, Fate>,
    ruleOf: (top: number) => string | undefined,
  ): Released[] {
    const groups = new Map<string, { parts: HeldPart[]; fate: Released['fate']; rule: string | undefined }>();
    for (const top of arrivals.byTop.keys()) {
      const decided = fates.get(top) ?? fate.keep;
      if (decided === fate.hold) continue;
      const rule = ruleOf(top);
      const key = `${decided} ${rule}`;
      const group = groups.get(key) ?? { parts: [], fate: decided, rule };
      groups.set(key, group);
      group.parts.push(...arrivals.partsOf(top));
    }
    return [...groups.values()]
      .filter(({ parts }) => parts.length > 0)
      .map((group) => ({ ...group, bytes: this.waiting.take(group.parts) }));
  }

  private giveUp(part: HeldPart): void {
    this.undecided('timeout', part);
    const parts = [part];
    const bytes = this.waiting.take(parts);
    this.dependencies.onUndecided({ parts, bytes, fate: part.otherwise, rule: undefined });
  }

  /** What goes on without its local root is not dropped later in its other parts. */
  private undecided(
    reason: 'timeout' | 'full',
    { parent, otherwise, spans }: Pick<HeldPart, 'parent' | 'otherwise' | 'spans'>,
  ): void {
    this.dependencies.events.undecided(reason, spans);
    if (otherwise !== fate.sampleOut) this.waiting.mark(parent, otherwise === fate.keepAll);
  }
}

function claimsOn({ traces, failed, wanted }: Undecided, arrivals: Arrivals): Claims {
  const claims = new Claims();
  const leaderOf = (index: number): number => arrivals.leaderOf(traces.rootOf(index));
  for (const index of failed) claims.add(leaderOf(index), claim.notNoise, claim.always);
  for (const index of wanted) claims.add(leaderOf(index), claim.always);
  for (const [top, waited] of arrivals.byTop) {
    const leader = arrivals.leaderOf(top);
    for (const each of waited) {
      if (!isPart(each)) claims.add(leader, claim.notNoise);
      if (isPart(each) ? each.otherwise === fate.keepAll : each.always) claims.add(leader, claim.always);
    }
  }
  return claims;
}

/** @param spans ascending. @returns by resource of the request, once for each that they stand in */
function resourcesOf(traces: LocalTraces, spans: readonly number[]): ResourceFacts[] {
  const resources: ResourceFacts[] = [];
  let last = -1;
  for (const index of spans) {
    const resource = traces.resourceOf(index);
    if (resource !== last) resources.push(traces.factsOf(index));
    last = resource;
  }
  return resources;
}

/** How many spans hang on these, themselves included. */
function countBelow(tops: readonly number[], traces: LocalTraces): number {
  const wanted = new Set(tops);
  let count = 0;
  for (let index = 0; index < traces.length; index++) if (wanted.has(traces.rootOf(index))) count++;
  return count;
}

/** The spans that hang on each of these, themselves included; ascending. */
function membersOf(tops: readonly number[], traces: LocalTraces): Map<number, number[]> {
  const members = new Map<number, number[]>(tops.map((top) => [top, []]));
  if (members.size === 0) return members;
  for (let index = 0; index < traces.length; index++) members.get(traces.rootOf(index))?.push(index);
  return members;
}
