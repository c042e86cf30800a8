import type { Clock } from '../runtime/clock.ts';
import type { Events } from '../telemetry/events.ts';
import type { Budget } from './budget.ts';
import { Channel } from './channel.ts';
import type { CircumstanceStore } from './circumstances.ts';
import { DigestTeller } from './digest-teller.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { DryRunReceiver } from './dry-run.ts';
import type { GroupStore } from './group-store.ts';
import { GroupTeller } from './group-teller.ts';
import { MessageMaker, type MessageMakerDependencies } from './message-maker.ts';
import { Outage } from './outage.ts';
import type { Receiver } from './receiver.ts';

export interface DispatcherDependencies extends MessageMakerDependencies {
  clock: Clock;
  store: DeliveryStore & GroupStore & CircumstanceStore;
  events: Events;
  /** 0 to 1. */
  random: () => number;
  /** Undefined: everything is told, as soon as it can be. */
  budget?: Budget;
  /** Name of the receiver that is told what this one refuses for good. */
  fallback?: string | undefined;
  /** Called when it has more to show. */
  onFallback?: () => void;
  /** Called when it is to be found out anew for whom incidents are. */
  onDryRunEnded?: () => void;
}

/** All that a dispatcher knows of the receiver that it tells, or of what stands in for it: another dry run begins with none of it. */
export class Mode {
  readonly isDryRun: boolean;
  readonly receiver: Receiver;
  readonly outage: Outage;
  readonly channel: Channel;
  readonly messages: MessageMaker;
  readonly digests: DigestTeller;
  readonly groups: GroupTeller;
  /** The store knows of it. */
  isBegun = false;
  isVerified = false;
  /** When the first try was made of those that have failed in a row. */
  failingSince: number | undefined;
  /** When something was taken for the last time. */
  workedAt = 0;
  /** Incidents that are not taken whatever becomes of others; each of them is in the store as well. */
  readonly failByThemselves = new Set<string>();

  constructor(isDryRun: boolean, receiver: Receiver, dependencies: DispatcherDependencies) {
    this.isDryRun = isDryRun;
    this.receiver = isDryRun ? new DryRunReceiver(receiver) : receiver;
    this.outage = new Outage(this.receiver, dependencies);
    this.channel = new Channel(dependencies.budget);
    this.messages = new MessageMaker(dependencies);
    this.groups = new GroupTeller({ ...dependencies, receiver: this.receiver, messages: this.messages });
    this.digests = new DigestTeller({ ...dependencies, receiver: this.receiver, channel: this.channel });
  }
}
