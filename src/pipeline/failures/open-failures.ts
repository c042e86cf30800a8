import type { Outcome } from '../../errors/outcome.ts';
import type { SpanView } from '../../otlp/span-view.ts';
import type { CancelTimer, Clock } from '../../runtime/clock.ts';
import type { FailureEvents } from '../../telemetry/failure-events.ts';
import { type Attempt, isCall, madeUpFor } from './attempts.ts';
import type { SpanName } from './awaited-parents.ts';
import { HashSet } from '../hash-set.ts';
import type { LocalTraces } from '../local-traces.ts';
import type { Outcomes } from './outcomes.ts';
import type { RequestSpans } from './request-spans.ts';
import type { Explained } from './symptoms.ts';
import type { TrackedEvent } from './tracked-event.ts';

/** By then an app that exports every few seconds has sent the root; who has not is not waited for. */
const waitMillis = 10_000;
/** Beyond it the oldest is taken for failed. */
const mostOpen = 20_000;

/** A failure whose local root is still to come. */
export interface OpenFailure {
  event: TrackedEvent;
  /** Undefined if it is no call. */
  attempt: Attempt | undefined;
  /** It, or a span above it, has the status ERROR. */
  spanFailed: boolean;
}

interface Waiting extends OpenFailure {
  parent: SpanName;
  /** By the monotonic clock. */
  until: number;
}

type Spans = Pick<RequestSpans, 'traces' | 'view'>;

/**
 * Failures of which it is not known yet what became: children are sent before their parents, and attempts before the one that
 * succeeds. Each waits for the span above it that is to come, and then for the next one, up to its local root; for 10 seconds. Nothing
 * is looked up for a request while there are none.
 */
export class OpenFailures {
  private readonly clock: Clock;
  private readonly events: Pick<FailureEvents, 'settled'>;
  private readonly byParent = new Map<string, Waiting[]>();
  private readonly hashes = new HashSet();
  /** All of them, in the order in which they came. */
  private readonly open = new Set<Waiting>();
  private timer: CancelTimer | undefined;

  constructor(clock: Clock, events: Pick<FailureEvents, 'settled'>) {
    this.clock = clock;
    this.events = events;
  }

  add(parent: SpanName, failure: OpenFailure): void {
    const waiting = { ...failure, parent, until: this.clock.monotonic() + waitMillis };
    this.await(waiting, parent);
    this.open.add(waiting);
    if (this.open.size > mostOpen) this.giveUpOldest();
    this.timer ??= this.clock.after(waitMillis, () => this.expire());
  }

  /**
   * Takes from a request what it says of them.
   * @param explained the spans of it that are above failures
   */
  learn(explained: Explained, { traces, view }: Spans, outcomes: Outcomes): void {
    if (this.open.size === 0) return;
    this.learnFromCalls(traces, view);
    // After what made up for them, which may stand behind their root.
    for (const [index, { key }] of explained) {
      const below = this.byParent.get(key);
      if (below !== undefined) this.rise(index, below, { traces, view, outcomes });
    }
  }

  /** Nothing more will be heard. */
  stop(): void {
    while (this.open.size > 0) this.giveUpOldest();
    this.timer?.();
    this.timer = undefined;
  }

  private learnFromCalls(traces: LocalTraces, view: SpanView): void {
    for (let index = 0; index < traces.length; index++) {
      const parent = traces.parentHashOf(index);
      if (parent === 0 || !this.hashes.has(parent)) continue;
      const span = view.moveTo(index);
      if (!isCall(span) || span.failed) continue;
      for (const waiting of this.byParent.get(traces.parentKeyOf(index)) ?? []) {
        const { attempt } = waiting;
        if (attempt !== undefined && madeUpFor(attempt, view.moveTo(index)))
          this.settle(waiting, 'recovered', '');
      }
    }
  }

  /** The span that these wait for is here: its local root too, or it is waited for on. */
  private rise(
    index: number,
    below: readonly Waiting[],
    { traces, view, outcomes }: Spans & { outcomes: Outcomes },
  ): void {
    const root = traces.rootOf(index);
    const next = traces.parentToCome(view.moveTo(root));
    const operation = view.name;
    for (const waiting of below) {
      const outcome = outcomes.ofAnyAt(index, waiting.spanFailed);
      if (outcome !== 'open' || next === undefined) {
        this.settle(waiting, outcome === 'open' ? 'failed' : outcome, operation);
        continue;
      }
      this.forget(waiting);
      waiting.spanFailed ||= outcomes.hasFailed(index);
      this.await(waiting, next);
    }
  }

  private await(waiting: Waiting, parent: SpanName): void {
    waiting.parent = parent;
    const others = this.byParent.get(parent.key);
    if (others === undefined) this.byParent.set(parent.key, [waiting]);
    else others.push(waiting);
    this.hashes.add(parent.hash);
  }

  /** Who goes through a list at the same time goes on with it as it was. */
  private forget(waiting: Waiting): void {
    const { parent } = waiting;
    const others = this.byParent.get(parent.key)?.filter((other) => other !== waiting) ?? [];
    if (others.length > 0) {
      this.byParent.set(parent.key, others);
      return;
    }
    this.byParent.delete(parent.key);
    this.hashes.delete(parent.hash);
  }

  private settle(waiting: Waiting, outcome: Outcome, operation: string): void {
    this.forget(waiting);
    this.open.delete(waiting);
    this.events.settled(outcome);
    waiting.event.settle({ outcome, operation, dependency: waiting.attempt?.target.dependency ?? '' });
  }

  /** Nobody says that it was not for the worst. */
  private giveUpOldest(): void {
    const [oldest] = this.open;
    if (oldest !== undefined) this.settle(oldest, 'open', '');
  }

  private expire(): void {
    this.timer = undefined;
    const now = this.clock.monotonic();
    for (const { until } of this.open) {
      if (until > now) {
        this.timer = this.clock.after(until - now, () => this.expire());
        return;
      }
      this.giveUpOldest();
    }
  }
}
