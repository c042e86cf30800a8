import type { CallCounter } from '../derive/calls.ts';
import type { NoiseAudit } from '../noise/audit.ts';
import type { SpanView } from '../otlp/span-view.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Events } from '../telemetry/events.ts';
import type { TraceDecider } from './decision/trace-decider.ts';
import { Drops } from './drops.ts';
import { type Fate, fate } from './fate.ts';
import type { TakenSpans } from './holding/taken-spans.ts';
import type { ResourceFacts } from './resource-facts.ts';
import type { Sampler } from './sampling/sampler.ts';
import type { WorkSpace } from './work-space.ts';

export interface TraceAccountsDependencies {
  clock: Clock;
  calls: CallCounter;
  audit: Pick<NoiseAudit, 'dropped'>;
  events: Pick<Events, 'noiseDropped' | 'spansAccounted' | 'localTraces'>;
  sampler: Pick<Sampler, 'isOn'>;
  /** Told of each span that others may follow: those that are dropped, and those that were kept before their local root has come. */
  remember: TraceDecider['remember'];
}

/** Counts spans once it is decided what is done with them: calls of what is no noise, and by rule what is dropped. */
export class TraceAccounts {
  private readonly dependencies: TraceAccountsDependencies;

  constructor(dependencies: TraceAccountsDependencies) {
    this.dependencies = dependencies;
  }

  /**
   * @param marks by topmost span its fate; what is held is not counted yet
   * @param ruleOf of a topmost span that is dropped
   * @returns spans that are forwarded
   */
  count(space: WorkSpace, marks: Uint8Array, ruleOf: (root: number) => string): number {
    const { view, traces, resourceFacts, count } = space;
    const tally = this.begin();
    for (let index = 0; index < count; index++) {
      const root = traces.rootOf(index);
      const mark = marks[root] as Fate;
      if (mark === fate.hold) continue;
      view.moveTo(index);
      if (mark === fate.drop) tally.dropped.add(ruleOf(root), view.byteLength);
      else this.countKept(tally, view, resourceFacts[view.resource]!, mark);
      if (isRemembered(mark))
        this.dependencies.remember(
          traces.hashOf(index),
          traces.bitsOf(index),
          mark === fate.drop ? ruleOf(root) : '',
        );
    }
    return this.end(tally);
  }

  /** The same for spans that were held and have one fate. @param rule by which they are dropped; empty if they are not */
  countTaken(taken: TakenSpans, mark: Fate, rule: string): number {
    const { view, resourceFacts, count } = taken;
    const tally = this.begin();
    for (let index = 0; index < count; index++) {
      view.moveTo(index);
      if (mark === fate.drop) tally.dropped.add(rule, view.byteLength);
      else this.countKept(tally, view, resourceFacts[view.resource]!, mark);
      if (isRemembered(mark)) this.dependencies.remember(taken.hashOf(index), taken.bitsOf(index), rule);
    }
    return this.end(tally);
  }

  private begin(): Tally {
    const { calls, clock } = this.dependencies;
    calls.begin(clock.now());
    return { dropped: new Drops(), kept: 0, thinned: 0, sampledOut: 0 };
  }

  private countKept(tally: Tally, view: SpanView, facts: ResourceFacts, mark: Fate): void {
    const isForwarded = mark !== fate.sampleOut;
    if (isForwarded) tally.kept++;
    else tally.sampledOut++;
    if (mark === fate.thin) tally.thinned++;
    this.dependencies.calls.count(view, facts.serviceNumber, facts.service, isForwarded);
  }

  private end({ dropped, kept, thinned, sampledOut }: Tally): number {
    const { events, sampler } = this.dependencies;
    this.account(dropped);
    events.spansAccounted('sampled_out', sampledOut);
    if (sampler.isOn) {
      events.localTraces.sampled('always', kept - thinned);
      events.localTraces.sampled('ratio', thinned);
      events.localTraces.sampled('left_out', sampledOut);
    }
    return kept;
  }

  private account(dropped: Drops): void {
    const { audit, events } = this.dependencies;
    for (const [rule, { spans, bytes }] of dropped.byRule) {
      audit.dropped(rule, spans, bytes);
      events.noiseDropped(rule, spans, bytes);
      events.spansAccounted('dropped', spans);
    }
  }
}

interface Tally {
  readonly dropped: Drops;
  kept: number;
  thinned: number;
  sampledOut: number;
}

/** Whether what comes late below such a span follows it. */
function isRemembered(mark: Fate): boolean {
  return mark === fate.drop || mark === fate.keepAll;
}
