import { SpanExtractor } from '../../otlp/extract.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import type { TraceBatch } from '../../otlp/trace-scanner.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { LocalTraceEvents } from '../../telemetry/local-trace-events.ts';
import type { SpanName } from '../failures/awaited-parents.ts';
import type { LocalTraces } from '../local-traces.ts';
import type { Sampler } from '../sampling/sampler.ts';
import { Arrivals } from './arrivals.ts';
import { AwaitedSpans } from './awaited-spans.ts';
import { claim, Claims } from './claims.ts';
import { DecidedSpans } from './decided-spans.ts';
import { Expiring } from './expiring.ts';
import { type Fate, fate } from './fate.ts';
import { type HeldPart, isPart, type KeptMark, Origin } from './held-part.ts';
import { bitsOf, HeldSpans } from './held-spans.ts';
import { Slab } from './slab.ts';

/** The rest of a local trace follows what was decided for so long. */
const rememberedMillis = 60_000;
/** Beyond it the oldest is forgotten. */
const mostKept = 20_000;

export interface HoldOptions {
  /** How long spans wait for their local root. */
  holdMillis: number;
  /** For all that wait. */
  maxBytes: number;
}

/** A part that waits no longer. */
export interface Released {
  part: HeldPart;
  /** An ExportTraceServiceRequest. */
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

type Stored = Pick<HeldPart, 'place' | 'byteLength'>;

/**
 * Decides local traces as a whole, also where they come in several requests. What is complete in one is decided there and costs
 * nothing here. Spans whose local root is still to come are copied and wait for it; what was decided is remembered, so that those
 * which come after it follow. Only what can still be dropped is held: a part in which something failed goes on at once, and marks
 * what it hangs on as kept.
 */
export class TraceDecider {
  private readonly dependencies: TraceDeciderDependencies;
  private readonly slab: Slab;
  private readonly awaited = new AwaitedSpans();
  private readonly heldSpans = new HeldSpans();
  private readonly parts: Expiring<HeldPart>;
  private readonly kept: Expiring<KeptMark>;
  private readonly decided: DecidedSpans;
  /** By the number that is remembered of them; nothing is, and nothing drops what is kept. */
  private readonly rules: (string | undefined)[] = [undefined, ''];

  constructor({ holdMillis, maxBytes }: HoldOptions, dependencies: TraceDeciderDependencies) {
    const { clock } = dependencies;
    this.dependencies = dependencies;
    this.slab = new Slab(maxBytes);
    this.decided = new DecidedSpans(clock);
    this.parts = new Expiring(clock, holdMillis, (part) => this.giveUp(part));
    this.kept = new Expiring(clock, rememberedMillis, (mark) => this.awaited.delete(mark));
  }

  decide(request: Undecided): Decided {
    const { traces, noise, open } = request;
    const arrivals = new Arrivals(traces, open, this.awaited, this.heldSpans);
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
    this.parts.expireAll();
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
    if (!hasRules() && !sampler.isOn) return late;
    const orphaned = new Map<number, string>();
    for (const top of open) {
      if (arrivals.leaderOf(top) !== top) continue;
      const isNoNoise = claims.has(top, claim.notNoise);
      const rule = this.rules[this.decided.find(traces.parentHashOf(top), traces.bitsOf(top, 'parent'))];
      if (rule === undefined) fates.set(top, this.firstFate(top, claims));
      else if (rule === '' || isNoNoise) fates.set(top, fate.keepAll);
      else fates.set(top, fate.drop);
      if (rule === undefined && fates.get(top) === fate.keepAll)
        this.markKept(this.awaitedBy(top, traces, view), true);
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
    const { events } = this.dependencies;
    const extractor = new SpanExtractor(batch);
    const origin = new Origin();
    let isFull = false;
    let heldSpans = 0;
    for (const [top, spans] of membersOf(tops, traces)) {
      const parent = this.awaitedBy(arrivals.leaderOf(top), traces, view);
      const otherwise = this.sampled(view.moveTo(top), claims.has(top, claim.always));
      // Once there was no room for one, the others are not copied in vain.
      const stored: Stored | undefined = isFull ? undefined : this.store(extractor.extract(spans));
      isFull = stored === undefined;
      if (stored === undefined) {
        fates.set(top, otherwise);
        this.markUndecided(parent, otherwise);
        events.undecided('full', spans.length);
        continue;
      }
      heldSpans += spans.length;
      origin.hold();
      this.wait({ parent, ...stored, otherwise, spans: spans.length, bits: bitsOf(traces, spans), origin });
      for (const part of arrivals.partsOf(top)) this.waitOn(part, parent);
    }
    events.held(heldSpans);
    return { heldSpans, pending: heldSpans === 0 ? undefined : origin.settled };
  }

  /** The span that decides on what hangs on this one: its parent, or the one that its parent waits for as well. */
  private awaitedBy(top: number, traces: LocalTraces, view: SpanView): SpanName {
    const held = this.heldSpans.find(traces.parentHashOf(top), traces.bitsOf(top, 'parent'));
    return held?.parent ?? traces.parentToCome(view.moveTo(top))!;
  }

  private store(bytes: Uint8Array): Stored | undefined {
    const place = this.slab.store(bytes);
    return place === -1 ? undefined : { place, byteLength: bytes.length };
  }

  private wait(part: HeldPart): void {
    this.awaited.add(part);
    this.heldSpans.add(part);
    this.parts.add(part);
  }

  /** The span has come and its local root has not: it waits on for the next one above it, no longer than it would have. */
  private waitOn(part: HeldPart, parent: SpanName): void {
    part.parent = parent;
    this.awaited.add(part);
  }

  private release(
    arrivals: Arrivals,
    fates: ReadonlyMap<number, Fate>,
    ruleOf: (top: number) => string | undefined,
  ): Released[] {
    const released: Released[] = [];
    for (const top of arrivals.byTop.keys()) {
      const decided = fates.get(top) ?? fate.keep;
      if (decided === fate.hold) continue;
      for (const part of arrivals.partsOf(top)) released.push(this.take(part, decided, ruleOf(top)));
    }
    return released;
  }

  private take(part: HeldPart, decided: Released['fate'], rule: string | undefined): Released {
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(part.byteLength).buffer);
    this.slab.take(part.place, bytes);
    this.parts.delete(part);
    this.heldSpans.delete(part);
    this.dependencies.events.held(-part.spans);
    return { part, bytes, fate: decided, rule };
  }

  private giveUp(part: HeldPart): void {
    const { events, onUndecided } = this.dependencies;
    this.awaited.delete(part);
    this.markUndecided(part.parent, part.otherwise);
    events.undecided('timeout', part.spans);
    onUndecided(this.take(part, part.otherwise, undefined));
  }

  /** What was passed on is not dropped later in its other parts. */
  private markUndecided(parent: SpanName, decided: HeldPart['otherwise']): void {
    if (decided !== fate.sampleOut) this.markKept(parent, decided === fate.keepAll);
  }

  private markKept(parent: SpanName, always: boolean): void {
    const { oldest } = this.kept;
    if (this.kept.size >= mostKept && oldest !== undefined) {
      this.kept.delete(oldest);
      this.awaited.delete(oldest);
    }
    const mark = { parent, always };
    this.awaited.add(mark);
    this.kept.add(mark);
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

/** The spans that hang on each of these, themselves included; ascending. */
function membersOf(tops: readonly number[], traces: LocalTraces): Map<number, number[]> {
  const members = new Map<number, number[]>(tops.map((top) => [top, []]));
  if (members.size === 0) return members;
  for (let index = 0; index < traces.length; index++) members.get(traces.rootOf(index))?.push(index);
  return members;
}
