import type { AlertStore, IncidentList } from '../alerting/alert-store.ts';
import type { SilenceStore } from '../alerting/silences/silence-store.ts';
import type { TaskStore } from '../derive/tasks/task-book.ts';
import type { IssueStore } from '../issues/issue-store.ts';
import type { DeliveryList, DeliveryStore } from '../notify/delivery-store.ts';
import type { GroupStore } from '../notify/group-store.ts';
import type { Ledger, LedgerSignal } from '../telemetry/events.ts';
import type { MaintenanceReport } from './retention.ts';

/** What became of everything, over all processes that had this store. */
export interface KeptLedger {
  /** Milliseconds since the Unix epoch. */
  since: number;
  totals: Ledger;
  /** Of what was pending, what waits on disk for the next process; what it does not say is 0. */
  onDisk?: Partial<Record<LedgerSignal, number>>;
}

/** What one database holds: the rooms that need memory each own a part of this interface. */
export type Store = IssueStore &
  AlertStore &
  IncidentList &
  SilenceStore &
  DeliveryStore &
  GroupStore &
  DeliveryList &
  TaskStore & {
    /** Undefined if none was kept yet. */
    readLedger(): Promise<KeptLedger | undefined>;
    keepLedger(ledger: KeptLedger): Promise<void>;
    /** Writes something and reads it. @throws Error if either fails: the disk is full, or gone */
    probe(): Promise<void>;
    /**
     * Does a little of what keeps the store within its bounds and takes a few milliseconds: to be called again soon if there is more.
     * Events that are older than they may be go, then those that say the least, as long as it is too large; never the last one of an issue,
     * but with the issue itself, if that was resolved. Counts stay as they are.
     * @param now milliseconds since the Unix epoch
     */
    maintain(now: number): Promise<MaintenanceReport>;
  };

/** The same, as an engine implements it that runs in a thread of its own. */
export type SynchronousStore = {
  [Method in keyof Store]: (...args: Parameters<Store[Method]>) => Awaited<ReturnType<Store[Method]>>;
};

export const storeMethods = [
  'record',
  'noteVersions',
  'listIssues',
  'getIssue',
  'changeIssue',
  'listIssueLog',
  'trends',
  'listEvents',
  'getEvent',
  'findSupported',
  'eventTrends',
  'issueStats',
  'errorCounts',
  'countIssues',
  'pendingChanges',
  'quietIncidents',
  'deployedIncidents',
  'firingConditions',
  'standingIncidents',
  'commitStep',
  'countFiring',
  'getIncident',
  'listIncidents',
  'listSilences',
  'setSilence',
  'expireSilence',
  'readTimeline',
  'dueDeliveries',
  'nextDueAt',
  'claimDelivery',
  'settleDelivery',
  'fallBack',
  'setDryRun',
  'forgetPauses',
  'heldDeliveries',
  'settleHeld',
  'readChannel',
  'keepChannel',
  'claimGroup',
  'releaseGroup',
  'settleGroup',
  'toldTogether',
  'countPending',
  'listDeliveries',
  'listSent',
  'retryDelivery',
  'readLedger',
  'keepLedger',
  'readTasks',
  'keepTasks',
  'probe',
  'maintain',
] as const satisfies readonly (keyof Store)[];
