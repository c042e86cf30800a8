import type { Incident } from '../alerting/incident.ts';
import type { TimelineEntry } from '../alerting/timeline.ts';
import type { Page } from '../issues/issue-store.ts';
import type { ChannelState } from './channel.ts';
import type { Delivery, Settlement } from './delivery.ts';
import type { Fallback, FallbackOf } from './fallback.ts';
import type { SentDay, SentMessage, SentQuery } from './sent-message.ts';

export interface DeliveryStore {
  /**
   * Deliveries of this receiver of which something is to be shown now: those with nothing shown and changes of state
   * first, the worst severity first among them. One that is put off for longer than `longestPauseMillis` is due too, since
   * then the clock was set back.
   * @param failingSince of a receiver that fails: those that were tried since then come last, the one that was tried last at
   *   the very end, so that what fails by itself does not stand in the way of all others
   * @param mayPost false: only those that have a message already
   * @param mayRepeat false: none of which nothing is new
   */
  dueDeliveries(
    receiver: string,
    now: number,
    limit: number,
    failingSince?: number,
    mayPost?: boolean,
    mayRepeat?: boolean,
  ): Promise<readonly Delivery[]>;
  /** When the next of these deliveries becomes due; undefined if none is wanted. */
  nextDueAt(receiver: string, mayPost?: boolean, mayRepeat?: boolean): Promise<number | undefined>;
  /**
   * What is to be told in the next digest of this receiver.
   * @param more whether everything that has no message yet belongs to it as well
   * @param worst of how many it is said what they are
   * @param at milliseconds since the Unix epoch
   * @param named keys of those that the digest has named: they are named again as long as they go on, unless others are worse
   */
  heldDeliveries(
    receiver: string,
    more: boolean,
    worst: number,
    at: number,
    named?: readonly string[],
  ): Promise<HeldDeliveries>;
  /**
   * The digest was shown: what was asked for last, as it was then, is told, and this is kept, both or neither.
   * @param note for the timeline of each incident in it
   */
  settleHeld(receiver: string, state: ChannelState, note: DigestNote): Promise<void>;
  /** Undefined if nothing was ever kept. */
  readChannel(receiver: string): Promise<ChannelState | undefined>;
  keepChannel(receiver: string, state: ChannelState): Promise<void>;
  /**
   * Notes that a try is being made, before it is made.
   * @returns false if nothing is to be shown any more, or not now
   */
  claimDelivery(receiver: string, incidentKey: string, at: number): Promise<boolean>;
  settleDelivery(settlement: Settlement): Promise<void>;
  /**
   * Gives what a receiver is to show, and refuses, to the one that stands in for it, some hundreds at once.
   * @returns how many; 0 = there is nothing that it does not have already
   */
  fallBack(fallback: Fallback, at: number): Promise<number>;
  /**
   * While it is on, what is noted of this receiver's deliveries was not sent. When it is no longer, they are again as they are shown in
   * fact, and those that are not shown at all are gone: for whom each incident is then is to be found out anew.
   * @returns whether one has ended
   */
  setDryRun(receiver: string, isOn: boolean, at: number): Promise<boolean>;
  /** Lets every delivery of this receiver be tried now. */
  forgetPauses(receiver: string): Promise<void>;
  countPending(): Promise<readonly PendingDeliveries[]>;
}

/** Deliveries, to be looked at. */
export interface DeliveryList {
  /**
   * Lets a delivery be tried now, and if it was refused for good or told of in a digest, anew.
   * @returns the delivery as it is then; undefined if there is none
   */
  retryDelivery(
    receiver: string,
    incidentKey: string,
    by: string,
    at: number,
  ): Promise<DeliveryRecord | undefined>;
  /** @throws InvalidCursor */
  listDeliveries(query: DeliveryQuery): Promise<Page<DeliveryRecord>>;
  /** What was sent each day, or would have been. @throws InvalidCursor */
  listSent(query: SentQuery): Promise<Page<SentDay>>;
}

/** Which deliveries, those wanted last first. */
export interface DeliveryQuery {
  receiver?: string;
  states?: readonly DeliveryState[];
  /** 1 to 1000. */
  limit: number;
  cursor?: string;
}

/** Whether what is wanted is shown, and else whether it may be now. */
export const deliveryStates = ['pending', 'held', 'shown'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** A delivery, as people are shown it. Times are milliseconds since the Unix epoch. */
export interface DeliveryRecord {
  receiver: string;
  incident: Incident;
  state: DeliveryState;
  /** Why it is not to be shown now: a time interval, a silence, or an alert that inhibits it. */
  heldBy: string | undefined;
  /** In whose place it is told here. */
  fallbackOf: FallbackOf | undefined;
  wantedRevision: number;
  shownRevision: number;
  wantedSince: number;
  edits: number;
  failures: number;
  /** It was, or is to be, told of in a digest. */
  inDigest: boolean;
  /** Key of the incident in whose message it was told, as one of its group. */
  toldIn: string | undefined;
  /** What it says is shown would be, but for a dry run. */
  isDryRun: boolean;
  /** No try before this; 0 = none was put off. */
  retryAt: number;
  lastError: string | undefined;
}

/** What came of a digest. */
export interface DigestNote extends Pick<TimelineEntry, 'at' | 'kind' | 'reason'> {
  /** What was sent. */
  message?: SentMessage;
}

export interface HeldDeliveries {
  count: number;
  worst: readonly Incident[];
}

export interface PendingDeliveries {
  receiver: string;
  pending: number;
  /** Since when the oldest of them is not what it should be; milliseconds since the Unix epoch. */
  oldestSince: number;
}
