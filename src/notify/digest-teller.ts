import type { Clock } from '../runtime/clock.ts';
import type { Channel, ChannelState } from './channel.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { digestMessage } from './digest-message.ts';
import type { Outcome, Receiver, Reference } from './receiver.ts';

/** Of how many incidents a digest says what they are. */
const mostNamed = 5;

export interface DigestTellerDependencies {
  clock: Clock;
  store: DeliveryStore;
  receiver: Receiver;
  channel: Channel;
}

/** A try to show a digest. */
export interface DigestTry {
  outcome: Outcome;
  text: string;
  /** Of one that was posted before. */
  isEdit: boolean;
  /** What is to be kept if it is taken; it will never be taken is the same. */
  state: (outcome: Extract<Outcome, { kind: 'delivered' | 'rejected' }>) => ChannelState;
}

/** Tells in one message of what has none of its own. */
export class DigestTeller {
  private readonly dependencies: DigestTellerDependencies;

  constructor(dependencies: DigestTellerDependencies) {
    this.dependencies = dependencies;
  }

  /**
   * @param isOver whether the budget is used up: then all that waits belongs to the digest
   * @returns milliseconds until it may be shown, if it may not be yet; undefined if there is nothing to show
   */
  async show(isOver: boolean, signal: AbortSignal): Promise<DigestTry | number | undefined> {
    const { clock, store, receiver, channel } = this.dependencies;
    if (!channel.hasBudget) return undefined;
    const now = clock.now();
    const named = channel.digest(now)?.named ?? [];
    const { count, worst } = await store.heldDeliveries(receiver.name, isOver, mostNamed, now, named);
    if (count === 0) return undefined;
    const rests = channel.digestRestsMillis(now, receiver.canEdit);
    if (rests > 0) return rests;
    const before = channel.digest(now);
    const told = { count: count + (before?.count ?? 0), since: before?.since ?? now, worst };
    const shown = receiver.canEdit ? before?.reference : undefined;
    const message = digestMessage(told, now);
    const answer = await receiver.notify(message, shown, signal);
    const outcome = shown === undefined ? notGone(answer) : answer;
    if (outcome.kind === 'gone') channel.digestGone();
    const state = (taken: Parameters<DigestTry['state']>[0]): ChannelState =>
      channel.withDigest(
        count,
        worst.map(({ key }) => key),
        referenceOf(taken, shown),
        now,
      );
    return { outcome, text: message.summary, isEdit: shown !== undefined, state };
  }
}

/** What was to be posted cannot be gone: not to be tried again and again at once. */
function notGone(outcome: Outcome): Outcome {
  return outcome.kind === 'gone' ? { kind: 'failed', reason: outcome.reason } : outcome;
}

function referenceOf(
  taken: Extract<Outcome, { kind: 'delivered' | 'rejected' }>,
  shown: Reference | undefined,
): Reference | undefined {
  return taken.kind === 'delivered' ? (taken.reference ?? shown) : undefined;
}
