import type { CallCounter } from '../derive/calls.ts';
import type { TargetInfo } from '../derive/target-info.ts';
import type { Tasks } from '../derive/tasks/tasks.ts';
import type { NoiseAudit } from '../noise/audit.ts';
import type { Noise } from '../noise/noise.ts';
import { sliceTraces } from '../otlp/slice.ts';
import { SpanView } from '../otlp/span-view.ts';
import { type TraceBatch, TraceScanner } from '../otlp/trace-scanner.ts';
import type { Clock } from '../runtime/clock.ts';
import { nextTurn } from '../runtime/next-turn.ts';
import type { Events } from '../telemetry/events.ts';
import type { Accepted, Acceptor } from './acceptor.ts';
import { BatchTasks } from './failures/batch-tasks.ts';
import { Drops } from './drops.ts';
import { FailureTeller, type FailureTellerDependencies } from './failures/failure-teller.ts';
import { LocalTraces } from './local-traces.ts';
import { Outlet } from './outlet.ts';
import type { RecentLogs } from './failures/recent-logs.ts';
import { type ResourceFacts, ResourceReader } from './resource-facts.ts';
import type { Sink } from './sink.ts';
import { Symptoms } from './failures/symptoms.ts';

export interface TracePipelineDependencies {
  clock: Clock;
  noise: Noise;
  audit: NoiseAudit;
  calls: CallCounter;
  /** Told of the resources that spans come from. */
  targets?: Pick<TargetInfo, 'seen'>;
  /** Told of the runs of jobs and tasks, also of those that are noise. */
  tasks?: Pick<Tasks, 'count'>;
  recorder: FailureTellerDependencies['recorder'];
  events: Events;
  /** In common with the pipeline of the log records, if there is one. */
  resources?: ResourceReader;
  symptoms?: Symptoms;
  /** What was logged of late. */
  recent?: Pick<RecentLogs, 'of'>;
  /** Where kept spans go; without one they are counted as unrouted. */
  sink?: Sink | undefined;
}

/** Runs of jobs and tasks that are counted before others have their turn: some milliseconds. */
const tasksInOnePiece = 2_000;

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
  private readonly failures: FailureTeller;
  private readonly outlet: Outlet;
  /** Work spaces that are not in use: each request has one until it is answered, most often the same. */
  private readonly idle: WorkSpace[] = [];

  constructor(dependencies: TracePipelineDependencies) {
    this.dependencies = dependencies;
    this.resources = dependencies.resources ?? new ResourceReader();
    const { clock, recorder, events } = dependencies;
    this.failures = new FailureTeller({
      clock,
      recorder,
      events: events.failures,
      symptoms: dependencies.symptoms ?? new Symptoms(),
      recent: dependencies.recent ?? { of: () => [] },
    });
    this.outlet = new Outlet('traces', dependencies.sink, dependencies.events);
  }

  async accept(body: Uint8Array, onWhole?: () => Promise<void>): Promise<Accepted> {
    const space = this.idle.pop() ?? new WorkSpace();
    try {
      const batch = space.open(body, this.resources);
      // Before anything is waited for, while its bytes are near.
      const verdicts = this.judge(space);
      if (onWhole !== undefined) await onWhole();
      await this.failures.tell(space, verdicts.failed);
      if (batch.tasks.length > 0) await this.countTasks(space);
      const pending = this.count(space, batch, verdicts);
      return { items: space.count + batch.rejectedSpans, rejected: batch.rejectedSpans, pending };
    } finally {
      this.keep(space);
    }
  }

  /** Nothing more will be taken in: what became of failures before their root came will not be heard. */
  stop(): void {
    this.failures.stop();
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
      if (traces.rootOf(index) !== index || !traces.isLocalRoot(view)) continue;
      const rule = this.dependencies.noise.judge(view, resourceFacts[view.resource]!.service);
      if (rule !== undefined) verdicts.noise.set(index, rule);
    }
    for (const index of verdicts.failed) verdicts.noise.delete(traces.rootOf(index));
    return verdicts;
  }

  /** A run costs as much as twenty spans that are none, and a request can be made of them: others have their turn in between. */
  private async countTasks({ view, tasks, resourceFacts }: WorkSpace): Promise<void> {
    const { clock, tasks: counter } = this.dependencies;
    let left = tasksInOnePiece;
    for (const index of tasks.spans) {
      const { service } = resourceFacts[view.moveTo(index).resource]!;
      counter?.count(view, service, clock.now(), tasks.issueOf(index));
      if (--left > 0) continue;
      await nextTurn();
      left = tasksInOnePiece;
    }
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
  tasks = new BatchTasks([], this.traces, this.view);
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
    this.tasks = new BatchTasks(batch.tasks, this.traces, this.view);
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
    this.tasks = new BatchTasks([], this.traces, this.view);
    this.view.close(empty);
  }

  /** Spans that its arrays have room for. */
  get capacity(): number {
    return this.scanner.capacity;
  }
}
