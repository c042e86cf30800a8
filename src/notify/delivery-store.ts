import type { Incident } from '../alerting/incident.ts';
import type { Page } from '../issues/issue-store.ts';
import type { Delivery, Settlement } from './delivery.ts';

export interface DeliveryStore {
  /**
   * Deliveries of this receiver of which something is to be shown now: those with nothing shown and changes of state
   * first, the worst severity first among them. One that is put off for longer than `longestPauseMillis` is due too, since
   * then the clock was set back.
   * @param failingSince of a receiver that fails: those that were tried since then come last, the one that was tried last at
   *   the very end, so that what fails by itself does not stand in the way of all others
   */
  dueDeliveries(
    receiver: string,
    now: number,
    limit: number,
    failingSince?: number,
  ): Promise<readonly Delivery[]>;
  /** When the next delivery of this receiver becomes due; undefined if none is wanted. */
  nextDueAt(receiver: string): Promise<number | undefined>;
  /** Notes that a try is being made, before it is made. */
  claimDelivery(receiver: string, incidentKey: string, at: number): Promise<void>;
  settleDelivery(settlement: Settlement): Promise<void>;
  /** Lets every delivery of this receiver be tried now. */
  forgetPauses(receiver: string): Promise<void>;
  countPending(): Promise<readonly PendingDeliveries[]>;
}

/** Deliveries, to be looked at. */
export interface DeliveryList {
  /** @throws InvalidCursor */
  listDeliveries(query: DeliveryQuery): Promise<Page<DeliveryRecord>>;
}

/** Which deliveries, those wanted last first. */
export interface DeliveryQuery {
  receiver?: string;
  /** Whether what is wanted is still to be shown. */
  pending?: boolean;
  /** 1 to 1000. */
  limit: number;
  cursor?: string;
}

/** A delivery, as people are shown it. Times are milliseconds since the Unix epoch. */
export interface DeliveryRecord {
  receiver: string;
  incident: Incident;
  wantedRevision: number;
  shownRevision: number;
  wantedSince: number;
  edits: number;
  failures: number;
  /** No try before this; 0 = none was put off. */
  retryAt: number;
  lastError: string | undefined;
}

export interface PendingDeliveries {
  receiver: string;
  pending: number;
  /** Since when the oldest of them is not what it should be; milliseconds since the Unix epoch. */
  oldestSince: number;
}
