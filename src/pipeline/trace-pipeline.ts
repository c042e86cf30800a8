import type { CallCounter } from '../derive/calls.ts';
import type { Reported } from '../derive/reported/reported.ts';
import type { TargetInfo } from '../derive/target-info.ts';
import type { RequestSpans } from '../derive/client-calls/client-calls.ts';
import type { Dependencies } from '../derive/dependencies.ts';
import type { Tasks } from '../derive/tasks/tasks.ts';
import type { NoiseAudit } from '../noise/audit.ts';
import type { Noise } from '../noise/noise.ts';
import type { TraceBatch } from '../otlp/trace-scanner.ts';
import type { Clock } from '../runtime/clock.ts';
import { nextTurn } from '../runtime/next-turn.ts';
import type { Events } from '../telemetry/events.ts';
import type { Accepted, Acceptor } from './acceptor.ts';
import { usualHold } from './config.ts';
import { type Released, TraceDecider } from './decision/trace-decider.ts';
import { fate, isForwarded } from './fate.ts';
import type { HoldOptions } from './holding/waiting-room.ts';
import { FailureTeller, type FailureTellerDependencies } from './failures/failure-teller.ts';
import { Outlet } from './outlet.ts';
import type { RecentLogs } from './failures/recent-logs.ts';
import { reporterOf, reportsInOnePiece } from './reporter.ts';
import { ResourceReader } from './resource-facts.ts';
import type { Sink } from './sink.ts';
import { Symptoms } from './failures/symptoms.ts';
import { Excerpts } from './sampling/excerpts.ts';
import { Sampler } from './sampling/sampler.ts';
import { TraceAccounts } from './trace-accounts.ts';
import { WorkSpace } from './work-space.ts';

export interface TracePipelineDependencies {
  clock: Clock;
  noise: Noise;
  audit: NoiseAudit;
  calls: CallCounter;
  /** Told of the resources that spans come from. */
  targets?: Pick<TargetInfo, 'seen'>;
  /** Told of the runs of jobs and tasks, also of those that are noise. */
  tasks?: Pick<Tasks, 'count'>;
  /** Told of all spans, when they come. */
  dependencies?: Pick<Dependencies, 'read' | 'take' | 'stop'>;
  /** Told of spans that tell of circuit breakers and retries, also of those that are noise. */
  reported?: Pick<Reported, 'span'>;
  recorder: FailureTellerDependencies['recorder'];
  events: Events;
  /** In common with the pipeline of the log records, if there is one. */
  resources?: ResourceReader;
  symptoms?: Symptoms;
  /** What was logged of late. */
  recent?: Pick<RecentLogs, 'of'>;
  /** Which local traces are forwarded; without it all that are kept. */
  sampler?: Sampler;
  /** How long and how much is held until its local root comes. */
  hold?: HoldOptions;
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
  private readonly sampler: Sampler;
  private readonly excerpts: Excerpts;
  private readonly decider: TraceDecider;
  private readonly accounts: TraceAccounts;
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
    this.sampler = dependencies.sampler ?? new Sampler({ ratio: 1, always: [] });
    this.excerpts = new Excerpts(this.sampler);
    this.decider = new TraceDecider(dependencies.hold ?? usualHold, {
      clock,
      events: events.localTraces,
      hasRules: () => dependencies.noise.names.length > 0,
      sampler: this.sampler,
      onUndecided: (released) => this.passOn(released),
    });
    const { audit, calls } = dependencies;
    const remember = this.decider.remember.bind(this.decider);
    this.accounts = new TraceAccounts({ clock, calls, audit, events, remember, sampler: this.sampler });
  }

  async accept(body: Uint8Array, onWhole?: () => Promise<void>): Promise<Accepted> {
    const space = this.idle.pop() ?? new WorkSpace();
    try {
      const batch = space.open(body, this.resources);
      // Before anything is waited for, while its bytes are near.
      const verdicts = this.judge(space);
      const { view, count, traces, resourceFacts } = space;
      const spans: RequestSpans = { batch, view, count, traces, resourceFacts };
      this.dependencies.dependencies?.read(spans, space.calls);
      if (onWhole !== undefined) await onWhole();
      await this.failures.tell(space, verdicts.failed);
      if (batch.tasks.length > 0) await this.countTasks(space);
      if (batch.reports.length > 0) await this.countReports(space, batch.reports);
      this.dependencies.dependencies?.take(spans, space.calls);
      const pending = this.count(space, batch, verdicts);
      return { items: space.count + batch.rejectedSpans, rejected: batch.rejectedSpans, pending };
    } finally {
      this.keep(space);
    }
  }

  /** Nothing more will be taken in: what became of failures before their root came will not be heard. */
  stop(): void {
    this.failures.stop();
    this.dependencies.dependencies?.stop();
  }

  /** What waits for its local root goes on without it. */
  passOnHeld(): void {
    this.decider.stop();
  }

  private keep(space: WorkSpace): void {
    const idleSpans = this.idle.reduce((sum, { capacity }) => sum + capacity, 0);
    if (idleSpans + space.capacity > mostIdleSpans) return;
    space.close();
    this.idle.push(space);
  }

  /** The noise rule of each local trace by its root, where one holds: a local trace in which something failed is kept. */
  private judge({ view, traces, count, resourceFacts }: WorkSpace): Verdicts {
    const verdicts: Verdicts = { failed: [], noise: new Map(), open: [], wanted: [] };
    const isSampling = this.sampler.isOn;
    for (let index = 0; index < count; index++) {
      view.moveTo(index);
      if (view.failed) verdicts.failed.push(index);
      else if (isSampling && this.sampler.mustKeep(view, resourceFacts[view.resource]!.service))
        verdicts.wanted.push(index);
      if (traces.rootOf(index) !== index) continue;
      if (!traces.isLocalRoot(view)) {
        verdicts.open.push(index);
        continue;
      }
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

  /** As with tasks. */
  private async countReports(
    { view, resourceFacts }: WorkSpace,
    reports: TraceBatch['reports'],
  ): Promise<void> {
    let left = reportsInOnePiece;
    for (const index of reports) {
      const facts = resourceFacts[view.moveTo(index).resource]!;
      this.dependencies.reported?.span(view, reporterOf(facts));
      if (--left > 0) continue;
      await nextTurn();
      left = reportsInOnePiece;
    }
  }

  private count(space: WorkSpace, batch: TraceBatch, verdicts: Verdicts): Promise<void> | undefined {
    const { view, traces, resourceFacts, count } = space;
    const { audit, events, targets } = this.dependencies;
    const { noise } = verdicts;
    const marks = space.allMarked(fate.keep);
    const decided = this.decider.decide({ ...verdicts, batch, view, traces }, marks);
    const { late, heldSpans, released, pending } = decided;
    // Not for...of, which would come to resources without spans, too.
    resourceFacts.forEach(({ target }) => targets?.seen(target));
    audit.begin();
    for (const [root, rule] of noise)
      audit.sample(rule, view.moveTo(root), resourceFacts[view.resource]!.service);
    const kept = this.accounts.count(space, marks, (root) => noise.get(root) ?? late.get(root)!);
    events.spansAccounted('received', count + batch.rejectedSpans);
    events.spansAccounted('rejected', batch.rejectedSpans);
    events.itemsPending('spans', heldSpans);
    const passed = this.outlet.pass(kept, () => this.excerpts.of(space, batch, marks));
    for (const each of released) this.passOn(each);
    return pending === undefined || passed === undefined ? (pending ?? passed) : bothOf(pending, passed);
  }

  /** Counts what was held, now that it is decided, and hands on what is kept of it. */
  private passOn({ parts, fate: one, rule = '' }: Released): void {
    const origins: number[] = [];
    const taken = this.decider.take(parts, origins);
    const spans = taken.count;
    this.accounts.countTaken(taken, one, rule);
    this.dependencies.events.itemsPending('spans', -spans);
    const passed = isForwarded(one)
      ? this.outlet.pass(spans, () => this.excerpts.ofTaken(taken, one))
      : undefined;
    taken.close();
    if (passed === undefined) this.decider.settle(origins);
    else void passed.then(() => this.decider.settle(origins));
  }
}

async function bothOf(one: Promise<void>, other: Promise<void>): Promise<void> {
  await one;
  await other;
}

/** What is found in a request before anything is waited for; see `Undecided`. */
interface Verdicts {
  failed: number[];
  noise: Map<number, string>;
  open: number[];
  wanted: number[];
}
