import type { Outcome } from '../../errors/outcome.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import type { CancelTimer, Clock } from '../../runtime/clock.ts';
import { none } from '../../runtime/hash-chains.ts';
import { KeyedLists } from '../../runtime/keyed-lists.ts';
import { isSameSpan, numberOf, type SpanName } from '../span-name.ts';
import { type Attempt, isCall, madeUpFor } from './attempts.ts';
import { type Below, isMinorBelow } from './awaited-parents.ts';
import type { Outcomes } from './outcomes.ts';
import type { RequestSpans } from './request-spans.ts';
import type { Explained } from './symptoms.ts';
import type { TrackedEvent } from './tracked-event.ts';

/** By then an app that exports every few seconds has sent the root; who has not is not waited for. */
const waitMillis = 10_000;
/** Beyond it the oldest is taken for failed. */
const mostOpen = 20_000;
/** Attempts of one name that a success is held against: the last ones, which it came after; and failed calls that are looked at for them. */
const mostCompared = 32;
const mostLookedAt = 512;

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
  /** Its number in lists. */
  readonly item: number;
  parent: SpanName;
  /** A span above it that has come is in the run of a job or task, which handles what fails in it: by its status. */
  isInRun: boolean;
  /** By the monotonic clock. */
  until: number;
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
  /** By their numbers. */
  private readonly items: (Waiting | undefined)[] = [];
  private readonly unused: number[] = [];
  /** By the span that they wait for. */
  private readonly byParent = new KeyedLists(mostOpen + 1);
  /** Those that another attempt can make up for, by the parent of both. */
  private readonly byAttempt = new KeyedLists(mostOpen + 1);
  /** All of them, in the order in which they came. */
  private readonly open = new Map<TrackedEvent, Waiting>();
  private timer: CancelTimer | undefined;

  constructor(dependencies: OpenFailuresDependencies) {
    this.dependencies = dependencies;
  }

  add(parent: SpanName, failure: OpenFailure): void {
    const { clock } = this.dependencies;
    const item = this.unused.pop() ?? this.items.length;
    const waiting = { ...failure, item, parent, isInRun: false, until: clock.monotonic() + waitMillis };
    this.items[item] = waiting;
    this.byParent.add(item, parent.hash);
    this.open.set(waiting.event, waiting);
    if (waiting.attempt !== undefined) this.byAttempt.add(item, waiting.attempt.parent);
    if (this.open.size > mostOpen) this.giveUpOldest();
    this.timer ??= clock.after(waitMillis, () => this.expire());
  }

  /** Takes from a request which of them a call of it made up for; to be asked before what is above them. */
  learnFromCalls({ traces, view }: Spans): void {
    if (this.byAttempt.isEmpty) return;
    const parents = new Map<number, SpanName>();
    for (let index = 0; index < traces.length; index++) {
      const parent = traces.parentHashOf(index);
      if (parent === 0 || this.byAttempt.first(parent) === none) continue;
      const span = view.moveTo(index);
      if (!isCall(span) || span.failed) continue;
      for (const waiting of this.attemptsLike(parent, span))
        if (madeUpFor(waiting.attempt!, view.moveTo(index))) {
          this.settle(waiting, 'recovered', '');
          parents.set(numberOf(waiting.parent), waiting.parent);
        }
    }
    for (const parent of parents.values()) this.lookBelow(parent);
  }

  /**
   * Takes from a request what it says of their roots.
   * @param explained the spans of it that are above failures
   */
  learn(explained: Explained, spans: Spans, outcomes: Outcomes): void {
    if (this.open.size === 0) return;
    for (const [index, span] of explained) {
      const below = this.below(span);
      if (below.length > 0) this.rise(index, below, { ...spans, outcomes });
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

  /** Those that wait for a span, in the order in which they came to wait for it. */
  private below(span: SpanName): Waiting[] {
    const found: Waiting[] = [];
    const { byParent } = this;
    for (let item = byParent.first(span.hash); item !== none; item = byParent.next(item)) {
      const waiting = this.items[item]!;
      if (isSameSpan(waiting.parent, span)) found.push(waiting);
    }
    return found.toReversed();
  }

  /** The last calls below this parent that failed and are called as this one is. */
  private attemptsLike(parent: number, { kind, name }: SpanView): Waiting[] {
    const found: Waiting[] = [];
    const { byAttempt } = this;
    let left = mostLookedAt;
    for (let item = byAttempt.first(parent); item !== none && left > 0; item = byAttempt.next(item)) {
      left--;
      const waiting = this.items[item]!;
      const attempt = waiting.attempt!;
      if (attempt.kind !== kind || attempt.name !== name) continue;
      if (found.push(waiting) === mostCompared) break;
    }
    return found.toReversed();
  }

  /** Some of those below this span were made up for. */
  private lookBelow(parent: SpanName): void {
    const below = this.below(parent);
    if (below.some(isReason)) return;
    const minor = below.find((each) => each.below !== undefined);
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
      waiting.spanFailed ||= outcomes.hasFailed(index);
      waiting.parent = next;
      this.byParent.delete(waiting.item);
      this.byParent.add(waiting.item, next.hash);
    }
  }

  private settle(waiting: Waiting, outcome: Outcome, operation: string): void {
    this.remove(waiting);
    waiting.event.settle({ outcome, operation, dependency: waiting.dependency });
  }

  private remove(waiting: Waiting): void {
    const { event, item } = waiting;
    this.open.delete(event);
    this.byParent.delete(item);
    this.byAttempt.delete(item);
    this.items[item] = undefined;
    this.unused.push(item);
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
