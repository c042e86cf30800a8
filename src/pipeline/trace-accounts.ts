import type { CallCounter } from '../derive/calls.ts';
import type { NoiseAudit } from '../noise/audit.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Events } from '../telemetry/events.ts';
import { fate } from './decision/fate.ts';
import type { TraceDecider } from './decision/trace-decider.ts';
import { Drops } from './drops.ts';
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
    const { calls, clock, remember, events, sampler } = this.dependencies;
    calls.begin(clock.now());
    const dropped = new Drops();
    let kept = 0;
    let thinned = 0;
    let sampledOut = 0;
    for (let index = 0; index < count; index++) {
      const root = traces.rootOf(index);
      const mark = marks[root];
      if (mark === fate.hold) continue;
      view.moveTo(index);
      if (mark === fate.drop) {
        const rule = ruleOf(root);
        dropped.add(rule, view.byteLength);
        remember(traces, index, rule);
        continue;
      }
      if (mark === fate.keepAll) remember(traces, index, '');
      const isForwarded = mark !== fate.sampleOut;
      if (isForwarded) kept++;
      else sampledOut++;
      if (mark === fate.thin) thinned++;
      const facts = resourceFacts[view.resource]!;
      calls.count(view, facts.serviceNumber, facts.service, isForwarded);
    }
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
