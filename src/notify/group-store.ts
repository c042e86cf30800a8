import type { Incident } from '../alerting/incident.ts';
import type { TimelineEntry } from '../alerting/timeline.ts';
import type { Delivery, Settlement } from './delivery.ts';

/** Deliveries that are told in the message of another one, the head of their group. */
export interface GroupStore {
  /**
   * Notes that those of a group which fire and wait to be told are about to be, in the message of the one of them that has one already. If
   * people were disturbed by that a short while ago, they are put off instead.
   * @param most of them, the worst first
   * @returns undefined if none of the group has a message
   */
  claimGroup(receiver: string, group: string, at: number, most: number): Promise<ClaimedGroup | undefined>;
  /** They were not told after all: one that ends before the next try need not be told at all. */
  releaseGroup(receiver: string, incidentKeys: readonly string[]): Promise<void>;
  /** They were told: what came of the head's message, and of them, both or neither. */
  settleGroup(head: Settlement, note: GroupNote): Promise<void>;
  /** Of those that were told in the message of this one, the ones that fire. @param most of which it is said what they are */
  toldTogether(receiver: string, incidentKey: string, most: number): Promise<ToldTogether>;
}

export interface ClaimedGroup {
  /** As it is shown, and should be. */
  head: Delivery;
  /** Who is to be told of in its message now; none if they were put off, or told meanwhile. */
  members: readonly Incident[];
}

/** What is noted of each of them. */
export interface GroupNote extends Pick<TimelineEntry, 'at' | 'kind' | 'reason'> {
  members: readonly Pick<Incident, 'key' | 'revision'>[];
}

export interface ToldTogether {
  count: number;
  /** The worst first. */
  worst: readonly Incident[];
}
