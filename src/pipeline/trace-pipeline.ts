import type { CallCounter } from '../derive/calls.ts';
import type { TargetInfo } from '../derive/target-info.ts';
import { extractErrors } from '../errors/extract.ts';
import type { Failure } from '../errors/failure.ts';
import type { NoiseAudit } from '../noise/audit.ts';
import type { Noise } from '../noise/noise.ts';
import { sliceTraces } from '../otlp/slice.ts';
import { SpanView, statusCode } from '../otlp/span-view.ts';
import { type TraceBatch, TraceScanner } from '../otlp/trace-scanner.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Events } from '../telemetry/events.ts';
import type { Accepted, Acceptor } from './acceptor.ts';
import type { EventRecorder } from './event-recorder.ts';
import { Drops } from './drops.ts';
import { LocalTraces } from './local-traces.ts';
import { Outlet } from './outlet.ts';
import { type ResourceFacts, ResourceReader } from './resource-facts.ts';
import type { Sink } from './sink.ts';
import { type Explained, Symptoms } from './symptoms.ts';

export interface TracePipelineDependencies {
  clock: Clock;
  noise: Noise;
  audit: NoiseAudit;
  calls: CallCounter;
  /** Told of the resources that spans come from. */
  targets?: Pick<TargetInfo, 'seen'>;
  recorder: Pick<EventRecorder, 'record'>;
  events: Events;
  /** In common with the pipeline of the log records, if there is one. */
  resources?: ResourceReader;
  symptoms?: Symptoms;
  /** Where kept spans go; without one they are counted as unrouted. */
  sink?: Sink | undefined;
}

/** Failed spans whose events are stored in one transaction. */
const groupSize = 100;

/** How often a request waits for what others have under way; then it is taken that they succeed. */
const mostWaits = 2;

/** Work spaces are kept for later requests as long as they have room for no more spans than this, all together: some megabytes. */
const mostIdleSpans = 65_536;

/**
 * What happens to a request of spans, in order: find them, decide which local traces are noise, store the error events of
 * those that failed, and only then count them and hand on what is kept. Of a request whose events cannot be stored no span
 * is counted, so that it can be sent again; events of it that were stored are known by their ids, and each is counted once,
 * when it is stored.
 */
export class TracePipeline implements Acceptor {
  private readonly dependencies: TracePipelineDependencies;
  private readonly resources: ResourceReader;
  private readonly symptoms: Symptoms;
  private readonly outlet: Outlet;
  /** Work spaces that are not in use: each request has one until it is answered, most often the same. */
  private readonly idle: WorkSpace[] = [];

  constructor(dependencies: TracePipelineDependencies) {
    this.dependencies = dependencies;
    this.resources = dependencies.resources ?? new ResourceReader();
    this.symptoms = dependencies.symptoms ?? new Symptoms();
    this.outlet = new Outlet('traces', dependencies.sink, dependencies.events);
  }

  async accept(body: Uint8Array, onWhole?: () => Promise<void>): Promise<Accepted> {
    const space = this.idle.pop() ?? new WorkSpace();
    try {
      const batch = space.open(body, this.resources);
      // Before anything is waited for, while its bytes are near.
      const verdicts = this.judge(space);
      if (onWhole !== undefined) await onWhole();
      // Nothing is waited for where nothing is open: between finding causes and remembering them no other request may come.
      let explained = this.explained(space);
      for (let wait = 0; wait < mostWaits; wait++) {
        const undecided = this.symptoms.undecided(explained);
        if (undecided === undefined) break;
        await undecided;
        explained = this.explained(space);
      }
      const causes = this.causesOf(space, verdicts, explained);
      if (causes.length > 0) await this.store(space, causes);
      this.symptoms.arrived(explained);
      const pending = this.count(space, batch, verdicts);
      return { items: space.count + batch.rejectedSpans, rejected: batch.rejectedSpans, pending };
    } finally {
      this.keep(space);
    }
  }

  private keep(space: WorkSpace): void {
    const idleSpans = this.idle.reduce((sum, { capacity }) => sum + capacity, 0);
    if (idleSpans + space.capacity > mostIdleSpans) return;
    space.close();
    this.idle.push(space);
  }

  /** The noise rule of each local trace by its root, where one holds: a local trace in which something failed is kept. */
  private judge({ view, traces, count, resourceFacts }: WorkSpace): Verdicts {
    const verdicts: Verdicts = { failed: [], noise: new Map() };
    for (let index = 0; index < count; index++) {
      view.moveTo(index);
      if (view.failed) verdicts.failed.push(index);
      if (traces.parentOf(index) !== -1 || !traces.isLocalRoot(view)) continue;
      const rule = this.dependencies.noise.judge(view, resourceFacts[view.resource]!.service);
      if (rule !== undefined) verdicts.noise.set(index, rule);
    }
    for (const index of verdicts.failed) verdicts.noise.delete(traces.rootOf(index));
    return verdicts;
  }

  private explained({ traces }: WorkSpace): Explained {
    return this.symptoms.find(traces, this.dependencies.clock.monotonic());
  }

  private causesOf({ view, traces }: WorkSpace, { failed }: Verdicts, explained: Explained): number[] {
    if (failed.length === 0 && explained.size === 0) return [];
    return this.symptoms.causes(failed, explained, traces, view, this.dependencies.clock.monotonic());
  }

  /**
   * In groups, so that a request of nothing but failures neither fills the memory nor holds the thread up. When a later group
   * cannot be stored, the earlier ones are known by their ids as soon as the request is sent again.
   */
  private async store(space: WorkSpace, causes: readonly number[]): Promise<void> {
    const { clock, recorder } = this.dependencies;
    const { traces, view } = space;
    const escaped = escapes(traces, view);
    let stored: Promise<void> | undefined;
    for (let start = 0; start < causes.length; start += groupSize) {
      const group = causes.slice(start, start + groupSize);
      const record = (): Promise<void> => recorder.record(this.extract(space, group, escaped));
      stored = stored === undefined ? record() : stored.then(record);
      // All of them before anything is waited for: the request with their parents may be right behind.
      this.symptoms.remember(group, traces, view, clock.monotonic(), stored);
    }
    await stored;
  }

  private extract(
    space: WorkSpace,
    causes: readonly number[],
    escaped: (index: number) => boolean,
  ): Failure[] {
    const { view, traces, resourceFacts } = space;
    return causes.flatMap((index) => {
      const hasEscaped = escaped(index);
      const root = view.moveTo(traces.rootOf(index));
      const rootName = traces.isLocalRoot(root) ? root.name : undefined;
      const facts = resourceFacts[view.moveTo(index).resource]!;
      return extractErrors(view, {
        ...facts,
        localRoot: traces.isLocalRoot(view),
        rootName,
        escaped: hasEscaped,
      });
    });
  }

  private count(space: WorkSpace, batch: TraceBatch, { noise }: Verdicts): Promise<void> | undefined {
    const { view, traces, resourceFacts, count } = space;
    const { audit, calls, clock, events, targets } = this.dependencies;
    const isNoise = space.marked(noise.keys());
    calls.begin(clock.now());
    // Not for...of, which would come to resources without spans, too.
    resourceFacts.forEach(({ target }) => targets?.seen(target));
    const dropped = new Drops();
    let kept = 0;
    for (let index = 0; index < count; index++) {
      const root = traces.rootOf(index);
      view.moveTo(index);
      if (isNoise[root] === 1) {
        dropped.add(noise.get(root)!, view.byteLength);
        continue;
      }
      kept++;
      const facts = resourceFacts[view.resource]!;
      calls.count(view, facts.serviceNumber, facts.service);
    }
    for (const [root, rule] of noise)
      audit.sample(rule, view.moveTo(root), resourceFacts[view.resource]!.service);
    for (const [rule, { spans, bytes }] of dropped.byRule) {
      audit.dropped(rule, spans, bytes);
      events.noiseDropped(rule, spans, bytes);
      events.spansAccounted('dropped', spans);
    }
    events.spansAccounted('received', count + batch.rejectedSpans);
    events.spansAccounted('rejected', batch.rejectedSpans);
    return this.outlet.pass(kept, () => sliceTraces(batch, (index) => isNoise[traces.rootOf(index)] === 0));
  }
}

/**
 * Whether a failure was not handled: something on the way up failed with it. Instrumentations record an exception on the span
 * that it passed through and set the status only further up. Where the top is still to come, nothing says that it was handled.
 */
function escapes(traces: LocalTraces, view: SpanView): (index: number) => boolean {
  const ask = traces.askUpwards((index) => {
    view.moveTo(index);
    if (view.statusCode === statusCode.error) return true;
    return traces.parentOf(index) === -1 ? !traces.isLocalRoot(view) : undefined;
  });
  return (index) => ask(index) ?? true;
}

interface Verdicts {
  failed: number[];
  noise: Map<number, string>;
}

/** The arrays that one request is worked on in. */
class WorkSpace {
  readonly view = new SpanView();
  readonly traces = new LocalTraces();
  private readonly scanner = new TraceScanner();
  private marks = new Uint8Array(0);
  resourceFacts: ResourceFacts[] = [];
  count = 0;

  /** @throws MalformedOtlp */
  open(body: Uint8Array, resources: ResourceReader): TraceBatch {
    const batch = this.scanner.scan(body);
    this.count = batch.spans.length;
    this.view.open(batch);
    this.resourceFacts = [];
    for (let index = 0; index < this.count; index++) {
      const { resource } = this.view.moveTo(index);
      this.resourceFacts[resource] ??= resources.read(this.view);
    }
    this.traces.open(batch, this.view, this.resourceFacts);
    return batch;
  }

  /** By span: 1 for those that are given, else 0. A map would be asked for each span. Valid until the next call. */
  marked(spans: Iterable<number>): Uint8Array {
    if (this.marks.length < this.count) this.marks = new Uint8Array(this.count);
    else this.marks.fill(0, 0, this.count);
    for (const index of spans) this.marks[index] = 1;
    return this.marks;
  }

  /** Lets go of the request. */
  close(): void {
    const empty = this.scanner.scan(new Uint8Array(0));
    this.resourceFacts = [];
    this.traces.open(empty, this.view, []);
    this.view.close(empty);
  }

  /** Spans that its arrays have room for. */
  get capacity(): number {
    return this.scanner.capacity;
  }
}
