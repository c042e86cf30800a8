import { type Bucket, type Budget, filled, firstBucket } from './budget.ts';
import { editGapMillis } from './delivery.ts';
import type { Reference } from './receiver.ts';

/** What is remembered of where a receiver tells people. Times are milliseconds since the Unix epoch. */
export interface ChannelState {
  bucket: Bucket;
  digest: Digest | undefined;
}

/** The message about all that the budget had no room for. */
export interface Digest {
  reference: Reference | undefined;
  /** Incidents in it. */
  count: number;
  /** Keys of those that it names; absent of one that was told by an earlier version. */
  named?: readonly string[];
  since: number;
  shownAt: number;
  edits: number;
}

/** A digest that nothing was added to for so long is history: what comes then is told in a new one. */
const digestMillis = 3_600_000;

/** The budget of one receiver's channel, and the digest of what was over it. Without a budget everything is told. */
export class Channel {
  private readonly budget: Budget | undefined;
  private state: ChannelState | undefined;

  constructor(budget: Budget | undefined) {
    this.budget = budget;
  }

  /** @param state as it was kept; undefined if nothing was ever told here */
  begin(state: ChannelState | undefined, now: number): void {
    if (this.budget !== undefined)
      this.state = state ?? { bucket: firstBucket(this.budget, now), digest: undefined };
  }

  get hasBudget(): boolean {
    return this.budget !== undefined;
  }

  /** Whether a message more may disturb people. */
  mayPost(now: number): boolean {
    return (this.bucket(now)?.tokens ?? 1) >= 1;
  }

  /** Whether people may be told again what they know. Half of a burst stays for what is new: of that they hear whatever is repeated. */
  mayRepeat(now: number): boolean {
    const { burst = 0 } = this.budget ?? {};
    return (this.bucket(now)?.tokens ?? 1) >= Math.min(burst, 1 + burst / 2);
  }

  /** A message was posted. @returns what is to be kept; undefined if nothing is */
  spend(now: number): ChannelState | undefined {
    const bucket = this.bucket(now);
    if (bucket === undefined || this.state === undefined) return undefined;
    this.state = { ...this.state, bucket: { ...bucket, tokens: Math.max(0, bucket.tokens - 1) } };
    return this.state;
  }

  /** The digest that goes on; undefined if what is over the budget now begins another. */
  digest(now: number): Digest | undefined {
    const digest = this.state?.digest;
    return digest !== undefined && Math.abs(now - digest.shownAt) < digestMillis ? digest : undefined;
  }

  /** For how long nothing may be added to the digest. @param canEdit whether that takes no further message */
  digestRestsMillis(now: number, canEdit: boolean): number {
    const digest = this.digest(now);
    if (digest === undefined) return 0;
    return digest.shownAt + (canEdit ? editGapMillis(digest.edits) : digestMillis) - now;
  }

  /** @returns the state when the digest is shown with so many more, to be adopted once that is stored */
  withDigest(
    more: number,
    named: readonly string[],
    reference: Reference | undefined,
    now: number,
  ): ChannelState {
    const before = this.digest(now);
    const digest: Digest = {
      reference,
      count: (before?.count ?? 0) + more,
      named,
      since: before?.since ?? now,
      shownAt: now,
      edits: before === undefined ? 0 : before.edits + 1,
    };
    return { ...this.state!, digest };
  }

  adopt(state: ChannelState): void {
    this.state = state;
  }

  /** What showed the digest is gone: it is posted anew. */
  digestGone(): void {
    const { state } = this;
    if (state?.digest !== undefined)
      this.state = { ...state, digest: { ...state.digest, reference: undefined } };
  }

  private bucket(now: number): Bucket | undefined {
    return this.budget && this.state && filled(this.state.bucket, this.budget, now);
  }
}
