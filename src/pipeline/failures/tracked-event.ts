import type { Swallowed } from '../../errors/error-event.ts';
import type { Failure } from '../../errors/failure.ts';
import type { Outcome } from '../../errors/outcome.ts';
import type { SpanName } from '../span-name.ts';

/** An event of a failure of which more may be heard, as far as it must be known by then. */
export interface TrackedFacts
  extends Pick<Failure, 'id' | 'service' | 'severity' | 'held' | 'ifBecomes' | 'class' | 'expected'> {
  issueId: string;
  isWhole: boolean;
}

/** What became of a failure; and where, if it was swallowed. */
export interface Settled extends Swallowed {
  outcome: Outcome;
}

/** By what a span is known that failed, when it ended, and what was known by then of what became of that. */
export interface FailedSpan extends SpanName {
  endMillis: number;
  outcome: Outcome;
  /** It is, if its local root ends well; else somebody handled it then. */
  mayBeSwallowed: boolean;
}

/** Hears of what becomes of an event. */
export interface EventFollower {
  /** It is in the store. */
  stored: (event: TrackedFacts, span: FailedSpan) => void;
  /** It is known what became of its failure; once, and after it was stored. */
  settled: (event: TrackedFacts, settled: Settled) => void;
  /** It could not be stored: its request will be sent again, and tells of it anew. */
  lost: (event: TrackedEvent) => void;
}

/**
 * Follows an event from when it is found until it is known what became of its failure; the store may have it before or after that.
 * An event that the store knew already is followed by nobody.
 */
export class TrackedEvent {
  private facts: TrackedFacts | undefined;
  private settled: Settled | undefined;
  private readonly span: FailedSpan;
  private readonly follower: EventFollower;

  constructor(span: FailedSpan, follower: EventFollower) {
    this.span = span;
    this.follower = follower;
  }

  stored(facts: TrackedFacts): void {
    if (this.facts !== undefined) return;
    this.facts = facts;
    this.follower.stored(facts, this.span);
    if (this.settled !== undefined) this.follower.settled(facts, this.settled);
  }

  /** The store knew it before: a request that is sent again, or replayed, tells of its span all the same. */
  known(facts: TrackedFacts): void {
    this.follower.stored(facts, this.span);
  }

  lost(): void {
    this.follower.lost(this);
  }

  settle(settled: Settled): void {
    if (this.settled !== undefined) return;
    this.settled = settled;
    if (this.facts !== undefined) this.follower.settled(this.facts, settled);
  }
}
