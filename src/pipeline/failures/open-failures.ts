import type { Outcome } from '../../errors/outcome.ts';
import type { CancelTimer, Clock } from '../../runtime/clock.ts';
import { HashIndex } from '../../runtime/hash-index.ts';
import { type Attempt, isCall, madeUpFor } from './attempts.ts';
import { type Below, isMinorBelow, type SpanName } from './awaited-parents.ts';
import type { Outcomes } from './outcomes.ts';
import type { RequestSpans } from './request-spans.ts';
import type { Explained } from './symptoms.ts';
import type { TrackedEvent } from './tracked-event.ts';

/** By then an app that exports every few seconds has sent the root; who has not is not waited for. */
const waitMillis = 10_000;
/** Beyond it the oldest is taken for failed. */
const mostOpen = 20_000;
/** Attempts of one name that a success is held against: the last ones, which it came after. */
const mostCompared = 32;

/** A failure whose local root is still to come. */
export interface OpenFailure {
  event: TrackedEvent;
  /** Undefined if no other attempt can make up for it. */
  attempt: Attempt | undefined;
  /** Whom it went to, if it is a call. */
  dependency: string;
  /** It, or a span above it, has the status ERROR. */
  spanFailed: boolean;
  /** See `FailureContext`. */
  isAboveMinor: boolean;
  /** As what is above it sees it; undefined if that cannot have failed because of it. */
  below: Below | undefined;
}

interface Waiting extends OpenFailure {
  parent: SpanName;
  /** A span above it that has come is in the run of a job or task, which handles what fails in it: by its status. */
  isInRun: boolean;
  /** By the monotonic clock. */
  until: number;
}

/** Those that wait for one span, and how many of them are enough of a reason for it to fail. */
interface Siblings {
  waiting: Set<Waiting>;
  reasons: number;
}

type Spans = Pick<RequestSpans, 'traces' | 'view' | 'tasks'>;

export interface OpenFailuresDependencies {
  clock: Clock;
  /** Told of a span that is to come when the last failure below it has turned out to be none, but for those that are minor. */
  onNothingBelow: (span: SpanName, minor: Below | undefined) => void;
}

/**
 * Failures of which it is not known yet what became: children are sent before their parents, and attempts before the one that
 * succeeds. Each waits for the span above it that is to come, and then for the next one, up to its local root; for 10 seconds. Nothing
 * is looked up for a request while there are none.
 */
export class OpenFailures {
  private readonly dependencies: OpenFailuresDependencies;
  private readonly byParent = new Map<string, Siblings>();
  /** Those that another attempt can make up for, by what that would be. */
  private readonly byAttempt = new Map<string, Set<Waiting>>();
  private readonly attemptParents = new HashIndex();
  /** How many of them have each of these parents. */
  private readonly attemptCounts = new Map<number, number>();
  /** All of them, in the order in which they came. */
  private readonly open = new Map<TrackedEvent, Waiting>();
  private timer: CancelTimer | undefined;

  constructor(dependencies: OpenFailuresDependencies) {
    this.dependencies = dependencies;
  }

  add(parent: SpanName, failure: OpenFailure): void {
    const { clock } = this.dependencies;
    const waiting = { ...failure, parent, isInRun: false, until: clock.monotonic() + waitMillis };
    this.await(waiting, parent);
    this.open.set(waiting.event, waiting);
    const { attempt } = waiting;
    if (attempt !== undefined) {
      addTo(this.byAttempt, nameOf(attempt), waiting);
      this.attemptParents.add(attempt.parent);
      this.attemptCounts.set(attempt.parent, (this.attemptCounts.get(attempt.parent) ?? 0) + 1);
    }
    if (this.open.size > mostOpen) this.giveUpOldest();
    this.timer ??= clock.after(waitMillis, () => this.expire());
  }

  /** Takes from a request which of them a call of it made up for; to be asked before what is above them. */
  learnFromCalls({ traces, view }: Spans): void {
    if (this.byAttempt.size === 0) return;
    for (let index = 0; index < traces.length; index++) {
      const parent = traces.parentHashOf(index);
      if (parent === 0 || !this.attemptParents.has(parent)) continue;
      const span = view.moveTo(index);
      if (!isCall(span) || span.failed) continue;
      const candidates = this.byAttempt.get(nameOf({ parent, kind: span.kind, name: span.name }));
      if (candidates === undefined) continue;
      const lastOnes = [...candidates].slice(-mostCompared);
      for (const waiting of lastOnes.filter(({ attempt }) => madeUpFor(attempt!, view.moveTo(index)))) {
        this.settle(waiting, 'recovered', '');
        this.lookBelow(waiting.parent);
      }
    }
  }

  /**
   * Takes from a request what it says of their roots.
   * @param explained the spans of it that are above failures
   */
  learn(explained: Explained, spans: Spans, outcomes: Outcomes): void {
    if (this.open.size === 0) return;
    for (const [index, { key }] of explained) {
      const below = this.byParent.get(key);
      if (below !== undefined) this.rise(index, [...below.waiting], { ...spans, outcomes });
    }
  }

  /** It is none: it was not stored. */
  forget(event: TrackedEvent): void {
    const waiting = this.open.get(event);
    if (waiting !== undefined) this.remove(waiting);
  }

  /** Nothing more will be heard. */
  stop(): void {
    while (this.open.size > 0) this.giveUpOldest();
    this.timer?.();
    this.timer = undefined;
  }

  /** One of those below this span was made up for. */
  private lookBelow(parent: SpanName): void {
    const { waiting, reasons } = this.byParent.get(parent.key) ?? { waiting: [], reasons: 0 };
    if (reasons > 0) return;
    const minor = [...waiting].find(({ below }) => below !== undefined);
    this.dependencies.onNothingBelow(parent, minor?.below);
  }

  /** The span that these wait for is here: its local root too, or it is waited for on. */
  private rise(
    index: number,
    below: readonly Waiting[],
    { traces, view, tasks, outcomes }: Spans & { outcomes: Outcomes },
  ): void {
    const isInRun = tasks.contextOf(index) !== undefined;
    const root = traces.rootOf(index);
    const next = traces.parentToCome(view.moveTo(root));
    const operation = view.fullName;
    for (const waiting of below) {
      waiting.isInRun ||= isInRun;
      const outcome = outcomeOf(waiting, outcomes.ofAnyAt(index, waiting.spanFailed));
      if (outcome !== 'open' || next === undefined) {
        this.settle(waiting, outcome === 'open' ? 'failed' : outcome, operation);
        continue;
      }
      this.leave(waiting);
      waiting.spanFailed ||= outcomes.hasFailed(index);
      this.await(waiting, next);
    }
  }

  private await(waiting: Waiting, parent: SpanName): void {
    waiting.parent = parent;
    let siblings = this.byParent.get(parent.key);
    if (siblings === undefined)
      this.byParent.set(parent.key, (siblings = { waiting: new Set(), reasons: 0 }));
    siblings.waiting.add(waiting);
    if (isReason(waiting)) siblings.reasons++;
  }

  private leave(waiting: Waiting): void {
    const { key } = waiting.parent;
    const siblings = this.byParent.get(key)!;
    siblings.waiting.delete(waiting);
    if (isReason(waiting)) siblings.reasons--;
    if (siblings.waiting.size === 0) this.byParent.delete(key);
  }

  private settle(waiting: Waiting, outcome: Outcome, operation: string): void {
    this.remove(waiting);
    waiting.event.settle({ outcome, operation, dependency: waiting.dependency });
  }

  private remove(waiting: Waiting): void {
    this.open.delete(waiting.event);
    this.leave(waiting);
    if (waiting.attempt !== undefined) this.forgetAttempt(waiting.attempt, waiting);
  }

  private forgetAttempt(attempt: Attempt, waiting: Waiting): void {
    removeFrom(this.byAttempt, nameOf(attempt), waiting);
    const left = this.attemptCounts.get(attempt.parent)! - 1;
    if (left > 0) {
      this.attemptCounts.set(attempt.parent, left);
      return;
    }
    this.attemptCounts.delete(attempt.parent);
    this.attemptParents.delete(attempt.parent);
  }

  /** Nobody says that it was not for the worst. */
  private giveUpOldest(): void {
    const [oldest] = this.open.values();
    if (oldest !== undefined) this.settle(oldest, 'open', '');
  }

  private expire(): void {
    const { clock } = this.dependencies;
    this.timer = undefined;
    const now = clock.monotonic();
    for (const { until } of this.open.values()) {
      if (until > now) {
        this.timer = clock.after(until - now, () => this.expire());
        return;
      }
      this.giveUpOldest();
    }
  }
}

/** By what became of its local root. */
function outcomeOf({ isAboveMinor, isInRun }: Waiting, found: Outcome): Outcome {
  if (found === 'swallowed' && isAboveMinor) return 'handled';
  return found === 'unhandled' && isInRun ? 'failed' : found;
}

function isReason({ below }: OpenFailure): boolean {
  return below !== undefined && !isMinorBelow(below);
}

function nameOf({ parent, kind, name }: Pick<Attempt, 'parent' | 'kind' | 'name'>): string {
  return `${parent} ${kind} ${name}`;
}

function addTo<T>(sets: Map<string, Set<T>>, key: string, item: T): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([item]));
  else set.add(item);
}

function removeFrom<T>(sets: Map<string, Set<T>>, key: string, item: T): void {
  const set = sets.get(key);
  set?.delete(item);
  if (set?.size === 0) sets.delete(key);
}
