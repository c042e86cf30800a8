import type { Incident } from '../alerting/incident.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Delivery } from './delivery.ts';
import { newsOfGroup } from './group-message.ts';
import type { GroupStore } from './group-store.ts';
import type { Message } from './message.ts';
import type { MessageMaker } from './message-maker.ts';
import type { Outcome, Receiver } from './receiver.ts';

/** Alerts that are told at once; those behind them are told with the next ones. */
const mostAtOnce = 500;

export interface GroupTellerDependencies {
  clock: Clock;
  store: GroupStore;
  receiver: Receiver;
  messages: MessageMaker;
}

/** A try to tell of alerts in the message of another of their group. */
export interface GroupTry {
  head: Delivery;
  members: readonly Incident[];
  message: Message;
  outcome: Outcome;
}

/** Tells of alerts in the message that the first of their group has, and beside it. */
export class GroupTeller {
  private readonly dependencies: GroupTellerDependencies;

  constructor(dependencies: GroupTellerDependencies) {
    this.dependencies = dependencies;
  }

  /** @returns `alone` if it is to be told by itself, `later` if there is nothing to do for now */
  async tell(delivery: Delivery, signal: AbortSignal): Promise<GroupTry | 'alone' | 'later'> {
    const { clock, store, receiver, messages } = this.dependencies;
    const group = this.groupOf(delivery);
    if (group === undefined) return 'alone';
    const claimed = await store.claimGroup(receiver.name, group, clock.now(), mostAtOnce);
    if (claimed === undefined) return 'alone';
    const { head, members } = claimed;
    if (members.length === 0) return 'later';
    const made = await messages.messageOf(head, members);
    const message = { ...made, news: [...made.news, ...newsOfGroup(members)] };
    return { head, members, message, outcome: await receiver.notify(message, head.reference, signal) };
  }

  /** Undefined if it is, or was, told by itself. */
  private groupOf({ grouping, shownRevision, inDigest, incident }: Delivery): string | undefined {
    const isUntold = shownRevision === 0 && !inDigest && incident.state === 'firing';
    return isUntold && this.dependencies.receiver.hasThreads ? grouping?.group : undefined;
  }
}
