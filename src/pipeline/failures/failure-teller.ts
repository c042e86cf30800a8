import { isMinor } from '../../errors/failure.ts';
import { isMoreSevere } from '../../errors/severity.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { FailureEvents } from '../../telemetry/failure-events.ts';
import { belowOf, type Reasons, withReason } from './awaited-parents.ts';
import type { BatchTasks } from './batch-tasks.ts';
import type { EventRecorder, Tracked } from './event-recorder.ts';
import { OpenFailures } from './open-failures.ts';
import type { RecentLogs } from './recent-logs.ts';
import type { RequestSpans } from './request-spans.ts';
import { SpanFailures } from './span-failures.ts';
import { numberOf } from '../span-name.ts';
import type { Explained, Symptoms } from './symptoms.ts';
import { ToldFailures } from './told-failures.ts';
import { type EventFollower, TrackedEvent } from './tracked-event.ts';

/** Failed spans whose events are stored in one transaction. */
const groupSize = 100;

/** How often a request waits for what others have under way; then it is taken that they succeed. */
const mostWaits = 2;

export interface FailureTellerDependencies {
  clock: Clock;
  recorder: Pick<EventRecorder, 'record' | 'settled' | 'explained' | 'judge' | 'playsDown'>;
  events: Pick<FailureEvents, 'settled'>;
  symptoms: Symptoms;
  /** What was logged of late. */
  recent: Pick<RecentLogs, 'of'>;
}

/** The spans of a request with the runs of jobs and tasks among them. */
interface Spans extends RequestSpans {
  tasks: BatchTasks;
}

/** Times of one process, rounded to what a span says. */
const toleranceMillis = 1;

/** One request, while its failures are told. */
interface Telling {
  spans: Spans;
  failures: SpanFailures;
  /** What failed below a span that is to come, by that span (`numberOf`). */
  below: Map<number, Reasons>;
}

/** Makes events of the failures in requests of spans, each failure one: what failed above it, or because of it, is no other. */
export class FailureTeller {
  private readonly dependencies: FailureTellerDependencies;
  private readonly open: OpenFailures;
  private readonly told = new ToldFailures();
  private readonly follower: EventFollower;

  constructor(dependencies: FailureTellerDependencies) {
    const { clock, recorder, events, symptoms } = dependencies;
    this.dependencies = dependencies;
    this.open = new OpenFailures({
      clock,
      onNothingBelow: (parent, minor) => symptoms.nothingBelow(parent, minor, clock.monotonic()),
    });
    this.follower = {
      stored: (event, span) => {
        const { id: eventId, issueId } = event;
        const { endMillis, outcome, mayBeSwallowed } = span;
        // Where the local root ended well, or its caller was told, what failed below it is no worse.
        const told = {
          eventId,
          issueId,
          severity: event.held ?? event.severity,
          outcome,
          endMillis,
          isMinor: outcome !== 'handled' && isMinor(event),
          mayBeSwallowed,
        };
        this.told.add(span, told, clock.monotonic());
      },
      settled: (event, settled) => {
        events.settled(settled.outcome === 'unhandled' ? 'failed' : settled.outcome);
        recorder.settled(event, settled);
      },
      lost: (event) => this.open.forget(event),
    };
  }

  /**
   * Stores the events of a request, and takes from it what it says of earlier ones.
   * @param failed its failed spans
   * @throws StoreUnavailable
   */
  async tell(spans: Spans, failed: readonly number[]): Promise<void> {
    const { symptoms } = this.dependencies;
    // Nothing is waited for where nothing is open: between finding causes and remembering them no other request may come.
    this.open.learnFromCalls(spans);
    let explained = this.explained(spans);
    for (let wait = 0; wait < mostWaits; wait++) {
      const undecided = symptoms.undecided(explained);
      if (undecided === undefined) break;
      await undecided;
      explained = this.explained(spans);
    }
    const failures = new SpanFailures(spans, failed, this.dependencies);
    const causes = this.causesOf(spans, failures, failed, explained);
    this.open.learn(explained, spans, failures.outcomes);
    if (causes.length > 0) await this.store({ spans, failures, below: new Map() }, causes);
    this.passOn(spans, causes);
    symptoms.arrived(explained);
  }

  /** Nothing more will be taken in: what became of failures before their root came will not be heard. */
  stop(): void {
    this.open.stop();
  }

  /**
   * What comes below a failure that was told is why it failed, also where there are spans in between, which may not have failed or are
   * told with it.
   * @param causes the spans of this request that were told, most of them
   */
  private passOn({ traces, view, tasks }: Spans, causes: readonly number[]): void {
    const { told } = this;
    const now = this.dependencies.clock.monotonic();
    if (told.isEmpty(now)) return;
    const tops = new Set(causes.map((index) => traces.topOf(index)));
    for (let index = 0; index < traces.length; index++)
      if (traces.topOf(index) === index && told.mayKnow(traces.parentHashOf(index), now)) tops.add(index);
    if (tops.size === 0) return;
    const numberFor = traces.askUpwards((index) => {
      const number = told.mayKnow(traces.hashOf(index), now)
        ? told.numberOf(traces.nameOf(index), now)
        : undefined;
      if (number !== undefined || traces.parentOf(index) !== -1) return number;
      const parent = traces.parentToCome(view.moveTo(index));
      return parent && told.numberOf(parent, now);
    });
    for (let index = 0; index < traces.length; index++) {
      // A run of a job or task is a piece of work of its own.
      if (!tops.has(traces.topOf(index)) || tasks.contextOf(index) !== undefined) continue;
      const number = numberFor(index);
      if (number !== undefined) told.cameBelow(number, traces.nameOf(index), now);
    }
  }

  private explained({ traces }: Spans): Explained {
    return this.dependencies.symptoms.find(traces, this.dependencies.clock.monotonic());
  }

  private causesOf(
    { view, traces, tasks }: Spans,
    failures: SpanFailures,
    failed: readonly number[],
    explained: Explained,
  ): number[] {
    if (failed.length === 0 && explained.size === 0) return tasks.untold([], explained);
    const { clock, symptoms } = this.dependencies;
    const { isHarmless, isMinor } = failures;
    const causes = symptoms.causes(
      { failed, isHarmless, isMinor },
      explained,
      traces,
      view,
      clock.monotonic(),
    );
    failures.foundAboveMinor(causes.aboveMinor);
    const found = causes.find();
    return [...found, ...tasks.untold(found, explained)];
  }

  /**
   * In groups, so that a request of nothing but failures neither fills the memory nor holds the thread up. When a later group
   * cannot be stored, the earlier ones are known by their ids as soon as the request is sent again.
   */
  private async store(telling: Telling, causes: readonly number[]): Promise<void> {
    const { clock, symptoms } = this.dependencies;
    const { failures, spans } = telling;
    const { traces, view } = spans;
    let stored: Promise<void> | undefined;
    for (let start = 0; start < causes.length; start += groupSize) {
      const group = causes.slice(start, start + groupSize);
      const record = (): Promise<void> => this.record(telling, group);
      stored = stored === undefined ? record() : stored.then(record);
      // All of them before anything is waited for: the request with their parents may be right behind.
      const told = group.filter((index) => !failures.isHarmless(index));
      symptoms.remember(told, traces, view, clock.monotonic(), stored, telling.below);
    }
    await stored;
  }

  private record(telling: Telling, causes: readonly number[]): Promise<void> {
    const found: Tracked[] = [];
    for (const index of causes) {
      if (!this.isWhyAnotherFailed(telling, index)) found.push(...this.tracked(telling, index));
    }
    return this.dependencies.recorder.record(found);
  }

  private tracked({ spans, failures, below }: Telling, index: number): Tracked[] {
    const { traces, tasks, view } = spans;
    const outcome = failures.outcomeOf(index);
    const span = {
      ...traces.nameOf(index),
      endMillis: view.moveTo(index).endMillis,
      outcome,
      mayBeSwallowed: failures.mayBeSwallowed(index),
    };
    const own = failures.judged(index, outcome).map((failure) => ({
      failure,
      event: new TrackedEvent(span, this.follower),
    }));
    const parent = traces.parentToCome(view.moveTo(traces.topOf(index)));
    if (parent === undefined && tasks.spans.length === 0) return own;
    const open = outcome === 'open' && parent !== undefined ? failures.open(index) : undefined;
    for (const { failure, event } of own) {
      tasks.told(index, failure);
      if (parent === undefined) continue;
      const known = failures.isHarmless(index) ? undefined : belowOf(failure);
      if (known !== undefined)
        below.set(numberOf(parent), withReason(below.get(numberOf(parent)), known, open === undefined));
      if (open !== undefined) this.open.add(parent, { ...open, event, below: known });
    }
    return own;
  }

  /**
   * A failure below one that was told, and before it: that is no other, and now it is known why it was. The run of a job or task is one of
   * its own, whatever it is in; and so is what would not have been a reason for it if it had come first, or is worse.
   */
  private isWhyAnotherFailed({ spans, failures }: Telling, index: number): boolean {
    const { view, traces } = spans;
    const parent = traces.parentToCome(view.moveTo(traces.topOf(index)));
    if (parent === undefined) return false;
    const { clock, recorder } = this.dependencies;
    const told = this.told.get(parent, clock.monotonic());
    if (told === undefined || view.moveTo(index).endMillis > told.endMillis + toleranceMillis) return false;
    // A piece of work of its own, whatever it is in.
    if (spans.tasks.isRunOf(index) || failures.outcomeOf(index) !== 'open') return false;
    if (failures.isHarmless(index)) return false;
    if (failures.isMinor(index) !== told.isMinor) return false;
    if (failures.mayBeSwallowed(index) && !told.mayBeSwallowed) return false;
    const worst = failures.worstIn(index, told.outcome);
    if (worst !== undefined && isMoreSevere(worst.severity, told.severity)) return false;
    recorder.explained(told, failures.asCause(index));
    return true;
  }
}
