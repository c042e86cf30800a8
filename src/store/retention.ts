/** What a store may keep. */
export interface Retention {
  /** Events that were stored longer ago go; 0 = age alone makes none go. */
  maxAgeMillis: number;
  /** Of the database and its log, together. */
  maxBytes: number;
}

export const defaultRetention: Retention = { maxAgeMillis: 30 * 86_400_000, maxBytes: 2 ** 30 };

/** Why something went. */
export const evictionReasons = ['age', 'size'] as const;
export type EvictionReason = (typeof evictionReasons)[number];

/** What one step of maintenance did, and how the store is after it. */
export interface MaintenanceReport {
  /** How many of them went. */
  events: number;
  issues: number;
  /** Why; undefined if nothing did. */
  reason: EvictionReason | undefined;
  /** Of the files, as they are. */
  bytes: number;
  maxBytes: number;
  /** Of what is in them: without the pages that are free. */
  usedBytes: number;
  /** Why the store is larger than it may be, and stays so; undefined as long as that is not known. */
  excess: Excess | undefined;
  /** Whether there is more to do at once. */
  hasMore: boolean;
  /** By the store's own clock. */
  tookMillis: number;
  /** Which part of the time since the step before, 0 to 1, went into storing error events. */
  storingShare: number;
  /** How much it grows although events go: from 1 on, more is stored than goes. */
  pressure: number;
}

/** All that is left are issues, and the one event that each must have; or the file, of an earlier version, cannot be made smaller. */
export type Excess = 'nothing_to_evict' | 'cannot_shrink';
